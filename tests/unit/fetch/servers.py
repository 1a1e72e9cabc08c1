"""Web servers on loopback addresses that answer with raw bytes, and certificates made for a test."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

type Answering = Callable[[socket.socket, bytes], None]
"""Answers a request on its connection, which is closed afterwards."""


class WebServer:
    """A server that answers each request by `answering`; `requests` are those that came, headers included."""

    def __init__(self, answering: Answering, ip: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None):
        self._answering = answering
        self._tls = tls
        self._listening = socket.create_server((ip, port))
        self.ip, self.port = self._listening.getsockname()[:2]
        self.requests: list[bytes] = []
        self.server_names: list[str | None] = []
        if tls is not None:
            tls.sni_callback = lambda _connection, name, _context: self.server_names.append(name)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def host_and_port(self) -> str:
        return f"{self.ip}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host_and_port}"

    def stop(self) -> None:
        # Closing alone would not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(plain)
            connection = plain
            if self._tls:
                connection = stack.enter_context(self._tls.wrap_socket(plain, server_side=True))
            request = b""
            while b"\r\n\r\n" not in request:
                if not (piece := connection.recv(65_536)):
                    return
                request += piece
            self.requests.append(request)
            self._answering(connection, request)


@contextlib.contextmanager
def serving(
    answer: Answering | bytes, ip: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[WebServer]:
    """A server that sends these bytes to everybody, or answers by the function."""
    answering = answer if callable(answer) else lambda connection, _request: connection.sendall(answer)
    server = WebServer(answering, ip, port, tls)
    try:
        yield server
    finally:
        server.stop()


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """An answer with its length; `headers` are named with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def dripping(beginning: bytes, drop: bytes, stopped: threading.Event) -> Answering:
    """Sends the beginning at once, and then a drop every hundredth of a second until nobody reads any more."""

    def answer(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(beginning)
        while not stopped.wait(0.01):
            connection.sendall(drop)

    return answer


class Authority:
    """A certification authority of the test, which signs certificates for servers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of a test")])
        own = self._certificate(self._name, self._key, x509.BasicConstraints(ca=True, path_length=None))
        self._file = folder / "authority.pem"
        self._file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def trusting(self) -> ssl.SSLContext:
        """The context of a client that trusts this authority alone."""
        return ssl.create_default_context(cafile=self._file)

    def server_context(self, host: str) -> ssl.SSLContext:
        """The context of a server that has a certificate for this host name or IP address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Server of a test")])
        try:
            name: x509.GeneralName = x509.IPAddress(ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        certificate = self._certificate(subject, key, x509.SubjectAlternativeName([name]))
        file = self._folder / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(identifier, critical=False)
            .add_extension(_key_usage(is_authority=isinstance(extension, x509.BasicConstraints)), critical=True)
            .sign(self._key, hashes.SHA256())
        )


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
