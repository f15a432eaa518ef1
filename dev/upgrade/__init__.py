"""`make upgrade`: a filled database of the first release is upgraded to the checkout, and compared."""
