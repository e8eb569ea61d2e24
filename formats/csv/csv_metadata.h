/* csv_metadata.h: what a table says of itself above its rows. */
#pragma once

#include "formats/csv/csv_reader.h"

/* Adds attributes to the dataset: "# station: Hill" and rows of two cells above the table become
 * attributes of the file; "# temp:units : degC" of the variable; "-99.99 indicates missing" a
 * missing_value; "(48.7N, 2.2E)" latitude and longitude; other text is `comment`. To be called
 * before the first row is read. False: arena full. */
bool csv_metadata(CsvReader *r, Error *e) MUST_CHECK;
