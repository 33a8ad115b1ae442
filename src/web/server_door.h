/* The door of a server: a thread that accepts connections and gives each to the lane that has
 * fewest. Lanes that accepted for themselves would share a burst as it happens: whoever woke first
 * would take most of it, and be busy while others are idle. */
#ifndef LUBAN_WEB_SERVER_DOOR_H
#define LUBAN_WEB_SERVER_DOOR_H

#include <pthread.h>
#include <stdatomic.h>

#include "web/server_lane.h"

struct door {
	/* private */
	int listening, bell;
	struct lane *lanes;
	unsigned n_lanes, most;
	pthread_t thread;
	atomic_bool closing;
};

/* most: connections of one lane; further ones wait in the system's queue. The lanes run already.
 * ERR_IO. */
int door_open(struct door *d, int listening, struct lane *lanes, unsigned n_lanes,
	unsigned most) MUST_CHECK;
/* Accepts nothing more. */
void door_close(struct door *d);

#endif
