/* Inside: what passes between the signer and its parent. */
#ifndef LUBAN_CORE_SIGNER_IMPL_H
#define LUBAN_CORE_SIGNER_IMPL_H

#include "core/signer.h"

enum { SIGNER_FD = 3, SIGNER_MAGIC = 0x6c736731 };

/* Followed by what is to be signed. */
struct signer_question {
	uint32_t magic, id, use;
};

struct signer_answer {
	uint32_t id, is_refused;
	uint8_t public_key[SIGN_PUBLIC_BYTES], signature[SIGN_BYTES];
};

int signer_pid(void);
int signer_line(void);

#endif
