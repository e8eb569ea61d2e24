/* parsivel.h: tables and telegrams of OTT Parsivel disdrometers. */
#pragma once

#include "formats/format.h"

/* Tables with a field <SPECTRUM>, as the maker's ASDO software writes them. */
extern const Format format_parsivel;
/* Telegrams of one value a line: "01:0000.000". */
extern const Format format_parsivel_telegram;
/* Tables with a column for every class, as data loggers write them. */
extern const Format format_parsivel_logger;
