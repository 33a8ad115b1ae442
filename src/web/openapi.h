/* OpenAPI 3.1 of every route, from the route tables and their fields. */
#ifndef LUBAN_WEB_OPENAPI_H
#define LUBAN_WEB_OPENAPI_H

#include <jansson.h>

#include "web/router.h"

json_t *openapi_of(const struct router *router);
/* The JSON schema of one field's value. */
json_t *openapi_schema(const struct field *f);

#endif
