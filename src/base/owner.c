#include "base/owner.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void owner_as_folder(int fd, const char *path)
{
	char folder[PATH_MAX];
	struct stat st;
	int kept = errno;
	snprintf(folder, sizeof folder, "%s", path);
	/* Where that is not allowed the file stays root's, as it would have been. */
	if (geteuid() == 0 && stat(dirname(folder), &st) == 0 && st.st_uid != 0 &&
		fchown(fd, st.st_uid, st.st_gid) != 0)
		errno = kept;
	errno = kept;
}
