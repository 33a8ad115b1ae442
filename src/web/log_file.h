/* The files of the public log, for monitors, witnesses and verifiers (C2SP tlog-tiles):
 * /log/checkpoint, /log/tile/<L>/<N>[.p/<W>], /log/tile/entries/<N>[.p/<W>]; the same of the n-th
 * log that was closed behind /log/closed/<n>/ (core/tlog_begin.h). No session, no template, no
 * limit; whole tiles, which never change, are kept in memory once asked for. */
#ifndef LUBAN_WEB_LOG_FILE_H
#define LUBAN_WEB_LOG_FILE_H

#include "web/exchange.h"

struct log_files;
struct log_files *log_files_new(void);
void log_files_free(struct log_files *f);

/* Is it one of these addresses? */
bool log_file_is(struct exchange *ex);
/* true: answered from memory. */
bool log_file_kept(struct exchange *ex);
/* Answers from the database; ex->cx has one. */
void log_file_read(struct exchange *ex);

#endif
