/* The socket of a server. */
#ifndef LUBAN_WEB_SERVER_LISTEN_H
#define LUBAN_WEB_SERVER_LISTEN_H

#include <stdbool.h>

#include "base/err.h"

/* "127.0.0.1:8080", "[::]:8080"; port 0: any that is free. ERR_INVALID: no such text; ERR_IO: it
 * cannot be listened on. *ret_error (static) says why. */
bool server_is_address(const char *address);
int server_listen(const char *address, int *ret_fd, const char **ret_error) MUST_CHECK;
unsigned server_port_of(int fd);

#endif
