/* The pages of the look for copying. */
#ifndef LUBAN_WEB_PAGE_FORENSICS_H
#define LUBAN_WEB_PAGE_FORENSICS_H

#include "web/web.h"

extern const struct route routes_forensics[], routes_forensic_case[];
extern const struct field forensic_reason_fields[];

#endif
