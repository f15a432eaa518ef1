"""What an incoming email is: who sent it, whether a program did, where it goes."""
