#include "web/server_listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

enum { BACKLOG = 4096 };

static bool address_of(const char *text, struct sockaddr_storage *ret)
{
	char host[64];
	const char *colon = strrchr(text, ':');
	int64_t port;
	if (!colon || (size_t)(colon - text) >= sizeof host || !str_to_i64(str_of(colon + 1),
		&port) || port < 0 ||
		port > 65535)
		return false;
	struct str h = {text, (size_t)(colon - text)};
	if (str_starts(h, "[") && str_ends(h, "]"))
		h = (struct str){h.p + 1, h.n - 2};
	memcpy(host, h.p, h.n);
	host[h.n] = 0;
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
	*ret = (struct sockaddr_storage){0};
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return true;
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	return inet_pton(AF_INET6, host, &six->sin6_addr) == 1;
}

static int listen_at(const struct sockaddr_storage *address)
{
	int on = 1, off = 0;
	bool six = address->ss_family == AF_INET6;
	int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (six)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	socklen_t n = six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	if (bind(fd, (const struct sockaddr *)address, n) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

bool server_is_address(const char *address)
{
	struct sockaddr_storage at;
	return address_of(address, &at);
}

int server_listen(const char *address, int *ret_fd, const char **ret_error)
{
	struct sockaddr_storage at;
	if (!address_of(address, &at)) {
		*ret_error = "监听地址应写作IP地址:端口，如127.0.0.1:8080";
		return ERR_INVALID;
	}
	int fd = listen_at(&at);
	if (fd < 0) {
		*ret_error = "无法监听这个地址：可能已被占用，或不是本机的地址";
		return ERR_IO;
	}
	*ret_fd = fd;
	return 0;
}

unsigned server_port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof at;
	if (getsockname(fd, (struct sockaddr *)&at, &n) < 0)
		return 0;
	return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
					      : ((struct sockaddr_in *)&at)->sin_port);
}
