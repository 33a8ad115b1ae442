/* The kinds of jobs of all rooms. */
#ifndef LUBAN_CLI_JOBS_H
#define LUBAN_CLI_JOBS_H

/* Once, before any thread. */
void jobs_register(void);

#endif
