/* Files that root makes for the account that will use them. */
#ifndef LUBAN_BASE_OWNER_H
#define LUBAN_BASE_OWNER_H

/* The new file open as fd belongs to whom its folder belongs to, when root made it: a command given
 * by root leaves nothing that the service could not read. Anybody else's files are his own. errno
 * is kept. */
void owner_as_folder(int fd, const char *path);

#endif
