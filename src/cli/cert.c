#include "cli/cert.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/credential_text.h"

static int read_all(int fd, struct arena *a, size_t max, struct str *ret_text)
{
	struct stat st;
	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	size_t most = S_ISREG(st.st_mode) && (size_t)st.st_size < max ? (size_t)st.st_size : max;
	size_t n = 0;
	char *text = arena_alloc(a, most + 1);
	while (n <= most) {
		ssize_t got = read(fd, text + n, most + 1 - n);
		if (got < 0)
			return -errno;
		if (!got)
			break;
		n += (size_t)got;
	}
	if (n > most)
		return -EFBIG;
	*ret_text = (struct str){text, n};
	return 0;
}

int cert_read(const char *path, struct arena *a, size_t max, struct str *ret_text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = read_all(fd, a, max, ret_text);
	close(fd);
	return r;
}

int cert_unread(const char *path, int r)
{
	cli_error("%s：%s", path, r == -EFBIG ? "文件过大" : strerror(-r));
	return CLI_FAILURE;
}

int cert_load_trust(const char *path, struct arena *a, struct trust *ret_trust)
{
	struct str text;
	struct trust_problem problem;
	int r = cert_read(path, a, TRUST_MAX, &text);
	if (r < 0)
		return cert_unread(path, r);
	if (trust_parse(text, ret_trust, &problem) == 0)
		return 0;
	cli_error("%s：%s", path, trust_problem_text(a, &problem));
	return CLI_USAGE;
}

int cert_load_status(const char *path, const struct trust *t, struct arena *a,
	struct status *ret_status)
{
	struct str file;
	size_t who;
	int r = cert_read(path, a, STATUS_MAX, &file);
	if (r < 0)
		return cert_unread(path, r);
	if (status_parse(a, file, ret_status) < 0) {
		cli_error("%s：不是状态快照，或者内容残缺", path);
		return CLI_USAGE;
	}
	r = status_issuer(ret_status, t, &who);
	if (r < 0) {
		cli_error("%s：%s", path, r == ERR_NOTFOUND
			? "状态快照没有信任文件中issuer密钥的签名"
			: "状态快照的签名不成立，内容被改动过");
		return CLI_USAGE;
	}
	return 0;
}
