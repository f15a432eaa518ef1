"""A certificate of our own for 127.0.0.1, and Dovecot's settings to show it."""

import ipaddress
import os
import shutil
import tempfile
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@contextmanager
def certificate():
    """Have a key and a certificate that vouches for itself for a block; yields the certificate's path."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-certificate-") as folder:
        path = Path(folder, "certificate.pem")
        _write(path, path.with_name("key.pem"))
        if os.geteuid() == 0:  # Dovecot reads them as its own user then
            for mine in (path.parent, *path.parent.iterdir()):
                shutil.chown(mine, "dovecot")
        yield path


def tls_settings(path, port):
    """What Dovecot's config needs to speak TLS on a port with such a certificate."""
    return f"""\
ssl = yes
ssl_cert = <{path}
ssl_key = <{path.with_name("key.pem")}
service imap-login {{
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


def _write(path, key_path):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "acme")])
    now = datetime.now(timezone.utc)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_path.write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))
    path.write_bytes(signed.public_bytes(pem))
