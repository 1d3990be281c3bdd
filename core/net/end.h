/* SPDX-License-Identifier: MIT */
/* How a connection ends, for streams and for what carries them. */
#ifndef TOCSIN_NET_END_H
#define TOCSIN_NET_END_H

/* How the peer's side of a stream ended. */
typedef enum {
	TOCSIN_STREAM_OPEN,      /* it has not ended */
	TOCSIN_STREAM_CLOSED,    /* the peer closed in order: FIN, or TLS close_notify */
	TOCSIN_STREAM_TRUNCATED, /* the TLS peer closed without close_notify: harmless after QUIT,
	                            anywhere else perhaps an attacker's cut */
	TOCSIN_STREAM_LOST,      /* reset, unreachable, or a broken TLS record */
} TocsinStreamEnd;

#endif
