/* What a monitor found, in words and as JSON. */
#ifndef LUBAN_CLI_AUDIT_PRINT_H
#define LUBAN_CLI_AUDIT_PRINT_H

#include <stdbool.h>

#include "watch/audit.h"

void audit_print(const struct audit *a, const struct trust *trust, bool with_bodies);
void audit_print_json(const struct audit *a, const struct trust *trust);

#endif
