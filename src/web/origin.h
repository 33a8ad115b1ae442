/* The address this site was asked at, for links that leave it (QR codes on paper). */
#ifndef LUBAN_WEB_ORIGIN_H
#define LUBAN_WEB_ORIGIN_H

#include "web/web.h"

/* "https://host:port", without a slash at the end. */
const char *rq_origin(struct req *rq);

#endif
