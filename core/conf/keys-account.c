/* SPDX-License-Identifier: MIT */
/* The settings of accounts that do not belong to one transport. */
#include "conf/keys.h"

#define SECOND 1000000
#define HOUR (3600 * (int64_t)SECOND)

#define KEY(id, ...) static const tocsin_key id = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(transport, .type = TOCSIN_KEY_STRING, .name = "transport", .flags = TOCSIN_KEY_REQUIRED,
    .help = "The transport that delivers: smtp, smtps, lmtp, maildir, or a plugin's.");
KEY(from, .type = TOCSIN_KEY_STRING, .name = "from",
    .help = "The author of mails through this account, such as \"Tocsin <alerts@example.org>\".");
KEY(connections, .type = TOCSIN_KEY_INT, .name = "connections", .fallback = "2", .minimum = 1,
    .maximum = 64, .help = "How many connections may be open at once.");
KEY(rate, .type = TOCSIN_KEY_STRING, .name = "rate",
    .help = "How many mails may go out in a time, such as \"100/min\".");
KEY(idle, .type = TOCSIN_KEY_DURATION, .name = "idle", .fallback = "5s", .minimum = 0,
    .maximum = HOUR, .help = "How long a connection without work is kept.");

const tocsin_key *const tocsin_conf_account_keys[] = {
        &transport, &from, &connections, &rate, &idle, NULL,
};

static const char *const tls_choices[] = {"none", "opportunistic", "required", "implicit", NULL};
static const char *const version_choices[] = {"1.2", "1.3", NULL};

KEY(host, .type = TOCSIN_KEY_STRING, .name = "host",
    .help = "The server's name or address; certificates are checked against it.");
KEY(port, .type = TOCSIN_KEY_INT, .name = "port", .minimum = 0, .maximum = 65535, .fallback = "0",
    .help = "The server's port; 0 is the usual one of the transport.");
KEY(socket_path, .type = TOCSIN_KEY_STRING, .name = "socket",
    .help = "A Unix socket instead of host and port; \"@name\" is an abstract one.");
KEY(tls, .type = TOCSIN_KEY_STRING, .name = "tls", .choices = tls_choices,
    .help = "none, opportunistic, required (STARTTLS) or implicit (from the first byte); the "
            "transport has its own default.");
KEY(ca_file, .type = TOCSIN_KEY_STRING, .name = "ca_file",
    .help = "Certificates of the authorities to trust, in PEM, instead of the system's.");
KEY(certificate, .type = TOCSIN_KEY_STRING, .name = "certificate",
    .help = "Our own certificate and its chain, in PEM, for servers that ask for one.");
KEY(private_key, .type = TOCSIN_KEY_STRING, .name = "private_key",
    .help = "The file with the key of our certificate, in PEM.");
KEY(pin, .type = TOCSIN_KEY_LIST, .name = "pin", .minimum = 1, .maximum = 16,
    .help = "The server's public key has to be one of these: \"sha256//\" and base64.");
KEY(tls_version, .type = TOCSIN_KEY_STRING, .name = "tls_version", .choices = version_choices,
    .fallback = "1.2", .help = "The lowest TLS version to accept.");
KEY(verify, .type = TOCSIN_KEY_BOOL, .name = "verify", .fallback = "true",
    .help = "Whether the server's certificate is checked; turn it off only to find a fault.");
KEY(server_name, .type = TOCSIN_KEY_STRING, .name = "server_name",
    .help = "The name that the certificate has to hold, if it is not the host's.");
KEY(source_address, .type = TOCSIN_KEY_STRING, .name = "source_address",
    .help = "The local address to connect from.");
KEY(proxy, .type = TOCSIN_KEY_STRING, .name = "proxy",
    .help = "A proxy to connect through: \"socks5://host:1080\" or \"http://host:3128\".");
KEY(timeout, .type = TOCSIN_KEY_DURATION, .name = "timeout", .fallback = "1m", .minimum = SECOND,
    .maximum = HOUR, .help = "How long to wait for a connection, and for each reply.");

const tocsin_key *const tocsin_conf_network_keys[] = {
        &host,        &port,           &socket_path, &tls,         &ca_file,
        &certificate, &private_key,    &pin,         &tls_version, &verify,
        &server_name, &source_address, &proxy,       &timeout,     NULL,
};

KEY(user, .type = TOCSIN_KEY_STRING, .name = "user",
    .help = "The user to log in as; none: no login.");
KEY(secret, .type = TOCSIN_KEY_STRING, .name = "secret", .flags = TOCSIN_KEY_SECRET,
    .help = "Where the password comes from.");
KEY(token, .type = TOCSIN_KEY_STRING, .name = "token", .flags = TOCSIN_KEY_SECRET,
    .help = "Where the OAuth 2.0 access token comes from.");
KEY(authzid, .type = TOCSIN_KEY_STRING, .name = "authzid",
    .help = "The identity to act as, if it is not the user.");
KEY(auth, .type = TOCSIN_KEY_LIST, .name = "auth", .minimum = 1, .maximum = 20,
    .help = "The mechanisms to use, in this order, instead of the strongest offered.");
KEY(clear_login, .type = TOCSIN_KEY_BOOL, .name = "clear_login", .fallback = "false",
    .help = "Whether a password may go without TLS to a server on this very machine.");

const tocsin_key *const tocsin_conf_login_keys[] = {
        &user, &secret, &token, &authzid, &auth, &clear_login, NULL,
};
