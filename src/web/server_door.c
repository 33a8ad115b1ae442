#include "web/server_door.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Until there is room again, or a descriptor to be had. */
enum { PAUSE_MS = 50 };

static struct lane *emptiest(struct door *d)
{
	struct lane *best = &d->lanes[0];
	for (unsigned i = 1; i < d->n_lanes; i++)
		if (lane_load(&d->lanes[i]) < lane_load(best))
			best = &d->lanes[i];
	return best;
}

/* Until nobody is waiting any more; false: try again after a pause. */
static bool let_in(struct door *d)
{
	for (;;) {
		struct sockaddr_storage from;
		socklen_t n = sizeof from;
		struct lane *l = emptiest(d);
		if (lane_load(l) >= d->most)
			return false;
		int fd = accept4(d->listening, (struct sockaddr *)&from, &n,
			SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			lane_add(l, fd, (struct sockaddr *)&from, n);
		else if (errno != ECONNABORTED && errno != EINTR)
			return errno == EAGAIN;
	}
}

static void *run(void *arg)
{
	struct door *d = arg;
	struct pollfd fds[] = {{d->bell, POLLIN, 0}, {d->listening, POLLIN, 0}};
	bool has_room = true;
	while (!atomic_load(&d->closing)) {
		poll(fds, has_room ? 2 : 1, has_room ? -1 : PAUSE_MS);
		has_room = let_in(d);
	}
	return NULL;
}

int door_open(struct door *d, int listening, struct lane *lanes, unsigned n_lanes, unsigned most)
{
	*d = (struct door){.listening = listening, .lanes = lanes, .n_lanes = n_lanes,
		.most = most};
	d->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (d->bell < 0)
		return ERR_IO;
	if (pthread_create(&d->thread, NULL, run, d) == 0)
		return 0;
	close(d->bell);
	return ERR_IO;
}

void door_close(struct door *d)
{
	uint64_t one = 1;
	atomic_store(&d->closing, true);
	if (write(d->bell, &one, sizeof one) < 0)
		return; /* it rings already */
	pthread_join(d->thread, NULL);
	close(d->bell);
}
