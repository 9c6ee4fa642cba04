# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A certificate is not believed: its signer is unknown here, or its name is another.

Why: The image lacks the authority that signed it, or the address is not one of the certificate's
names.

Remedy: Give the process the authority (SSL_CERT_FILE), and call the server by a name of its
certificate.

Source: OpenSSL; Go, `crypto/x509`; rustls
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI776",
    "certificate-not-trusted",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "self-signed certificate",
        "self signed certificate",
        "signed by unknown authority",
        "UnknownIssuer",
        "local issuer certificate",
        "NotValidForName",
        "Hostname mismatch",
        "certificate is valid for ",
        "doesn't contain any IP SANs",
        "tls: bad certificate",
        "legacy Common Name",
        "invalid peer certificate: ",
        "fatal alert: ",
        "tls: unknown certificate",
        "SSL certificate problem: ",
        "PKIX path building failed",
        "certificate is not valid for '",
    ),
    pattern=r"(?:verify failed|verification failed|Error|error|x509|[Cc]aused by|failed|certificate): .*(?:self[- ]signed certificate|signed by unknown authority|UnknownIssuer|local issuer certificate|NotValidForName|Hostname mismatch)|invalid peer certificate: (?!.*(?:Expired|NotValidYet|expired|not valid (?:yet|before)))|certificate is valid for \S+, not |doesn't contain any IP SANs|tls: bad certificate|legacy Common Name|fatal alert: (?:UnknownCA|BadCertificate|CertificateUnknown|UnsupportedCertificate)|tls: unknown certificate|SSL certificate problem: (?:self|unable to get)|PKIX path building failed|certificate is not valid for '|x509: certificate is valid for",
    samples=(
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1000)",
        "ssl.SSLCertVerificationError: certificate verify failed: self signed certificate (_ssl.c:1000)",
        "Error: tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "Caused by: invalid peer certificate: UnknownIssuer",
        "requests.exceptions.SSLError: certificate verify failed: unable to get local issuer certificate (_ssl.c:1000)",
        "Caused by: invalid peer certificate: NotValidForName",
        "certificate verify failed: Hostname mismatch, certificate is not valid for 'node1'.",
        "x509: certificate is valid for etcd-0, not etcd",
        "x509: cannot validate certificate for 10.0.0.4 because it doesn't contain any IP SANs",
        "remote error: tls: bad certificate",
        "x509: certificate relies on legacy Common Name field, use SANs instead",
        "Request plane TLS handshake failed to 10.0.0.4:41991: received fatal alert: UnknownCA",
        "remote error: tls: unknown certificate authority",
        "curl: (60) SSL certificate problem: self-signed certificate in certificate chain",
        "javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target",
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid for '10.4.0.11'. (_ssl.c:1010)",
        "tls: failed to verify certificate: x509: certificate is valid for etcd-0.etcd.default.svc, localhost, not etcd-client.default.svc",
    ),
    near_misses=(
        "writing a self-signed certificate to /tmp/cert.pem",
        "invalid peer certificate: Expired",
        "invalid peer certificate: certificate expired: verification time 1764142231 (UNIX), but certificate is not valid after 1761000000",
        "received fatal alert: CertificateExpired",
    ),
)
