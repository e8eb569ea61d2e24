/* code_meanings.h: what the code of a failure means. */
#pragma once

/* A few words for a person who meets the code for the first time; "" for one that is unknown. */
const char *code_meaning(const char *code);
