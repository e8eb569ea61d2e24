#!/usr/bin/env python3
"""Writes NAME.json beside each table NAME: every cell as Python's csv module and datetime read it.

How each file is to be read stands in CASES, by hand; nothing is guessed here. Run it after adding a
case: tests/cases/csv/expected.py. test_csv compares what the reader finds without being told.
"""
import csv
import datetime
import io
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
UTC = datetime.timezone.utc
ISO = "%Y-%m-%d %H:%M:%S"
MISSING = {"", "nan", "na", "n/a", "null", "-", "mm", "/////", "---", "*", "inf", "m"}


def case(first, names, kinds, sep=",", **more):
    """first: lines ahead of the data; kinds: one letter a column: i f s t (time), x (extra time)."""
    return dict(first=first, names=names.split("|"), kinds=kinds, sep=sep, **more)


CASES = {
    "comma_brackets.csv": case(1, "time|Temp 2m (C)|Wind [m/s]|Precipitation (?)|Count", "tfffi", units="|C|m/s||"),
    "semicolon_decimal_comma.csv": case(1, "Datum|Temperatur|Druck|Bemerkung", "tffs", ";", time="%d.%m.%Y %H:%M", decimal=","),
    "tab_trailing.txt": case(1, "DateTime|A_mm|B_deg", "tfi", "\t", units="|mm|degree"),
    "blanks_comment_names.dat": case(2, "year|month|day|hour|minute|T/degC|RH|time", "iiiiifix", " ", join="0 1 2 3 4", time="%Y %m %d %H %M"),
    "bar.csv": case(1, "time|depth|temp", "tif", "|"),
    "quote_single.csv": case(1, "time|remark|x", "tsf", quote="'", skip_blank=True),
    "backslash.csv": case(1, "id|text|x", "isf", escape="\\"),
    "preamble.csv": case(6, "Timestamp|Air temperature|Relative humidity", "tfi", units="|degC|%"),
    "units_row.csv": case(2, "TIMESTAMP|WS|WD|T", "tfii", units="|m/s|deg|degC", encoding="utf-8-sig"),
    "units_row_brackets.txt": case(2, "Date|Press|Sal", "tff", "\t", units="|dbar|psu", time="%Y-%m-%d"),
    "latin1.csv": case(1, "Zeit|Lufttemperatur (°C)|Gerät", "tfs", ";", units="|°C|", decimal=",", encoding="latin-1"),
    "utf16.csv": case(1, "time|Größe|x", "tsf", encoding="utf-16"),
    "cr_only.csv": case(1, "t_s|x", "if"),
    "line_ends_mixed.csv": case(1, "time|x", "tf"),
    "nul_tail.csv": case(1, "time|x", "tf"),
    "no_names.csv": case(0, "column_1|column_2|column_3", "tfi"),
    "repeated_names.csv": case(1, "time|T|T_2|column_4|T_3", "tfiii"),
    "short_rows.csv": case(1, "time|a|b|c", "tifi"),
    "long_row.csv": case(1, "time|a|b", "tif", blank_rows=[5]),
    "missing_words.csv": case(1, "time|a|b|c|d|e", "tiiffi"),
    "contradiction.csv": case(1, "time|x|n", "tfi", void=["ERR"]),
    "words_and_numbers.csv": case(1, "time|code", "ts"),
    "date_clock.csv": case(1, "Date|Time|x|time", "ssfx", join="0 1", time="%d/%m/%Y %H:%M:%S"),
    "hour_minute.txt": case(1, "Date|Hour|Min|value|time", "siifx", " ", join="0 1 2", time="%Y-%m-%d %H %M"),
    "year_doy_hhmm.csv": case(1, "year|doy|hhmm|x|time", "iiifx", join="0 1 2", time="%Y %j %H%M"),
    "packed_date.csv": case(1, "date|time|x|time_2", "iifx", join="0 1", time="%Y%m%d %H%M%S"),
    "hour_stamp.txt": case(1, "STATIONS_ID|MESS_DATUM|QN_9|TT_TU|RF_TU|eor|time", "iiiffsx", ";", join="1", time="%Y%m%d%H"),
    "minute_stamp.csv": case(1, "TIMESTAMP_START|TIMESTAMP_END|CO2|time", "iifx", join="0", time="%Y%m%d%H%M"),
    "epoch_ms.csv": case(1, "unix_ms|x", "if", main="unix_ms", units="milliseconds since 1970-01-01T00:00:00Z|"),
    "ambiguous_date.csv": case(1, "date|x", "sf"),
    "month_first.csv": case(1, "date|x", "tf", time="%m/%d/%Y %H:%M"),
    "half_days.csv": case(1, "Date Time|x", "tf", time="%m/%d/%Y %I:%M:%S %p"),
    "month_words.csv": case(1, "when|x", "tf", time="%d-%b-%Y %H:%M"),
    "colon_dates.csv": case(3, "Date(dd:mm:yyyy)|Time(hh:mm:ss)|AOD_500nm|time", "ssfx", join="0 1", time="%d:%m:%Y %H:%M:%S"),
    "zone_in_header.csv": case(1, "Date Time, GMT-08:00|x", "tf", offset=-8),
    "zone_named.csv": case(1, "time (PST)|x", "sf"),
    "zone_in_cells.csv": case(1, "time|x", "tf", time="%Y-%m-%dT%H:%M:%S%z"),
    "usgs.rdb": case(4, "agency_cd|site_no|datetime|tz_cd|69928_00060|69928_00060_cd", "sissis", "\t"),
    "logger_plot.csv": case(2, "#|Date Time, GMT-05:00|Temp, °C (LGR S/N: 10347367)|Host Connected", "itff", time="%m/%d/%y %I:%M:%S %p", offset=-5),
    "r_style.txt": case(1, "column_1|T|RH", "ifi", " "),
    "names_again.csv": case(1, "time|x", "tf", drop="time,x"),
    "stray_lines.csv": case(1, "time|a|b|c", "tifi", drop="logger"),
    "numbers.csv": case(1, "a|b|c|d", "ifff"),
    "all_quoted.csv": case(1, "time|x|name", "tfs"),
    "comments_within.csv": case(1, "time|x", "tf"),
    "one_column.csv": case(1, "level", "f"),
    "names_only.csv": case(1, "time|temperature|humidity", "fff"),
    "unclosed_quote.csv": case(1, "id|text|x", "isf", literal='2,"b'),
    "cut_row.csv": case(1, "time|a|b", "tif", cut=True),
    "numbered_list.txt": case(4, "Date Time (yyyy-mm-ddThh:mm:ssZ)|Wind speed (m/s)|Pressure (hPa)", "tff", " ", units="|m/s|hPa", time="%Y-%m-%dT%H:%M:%SZ"),
    "ruler.txt": case(2, "depth|temp|sal", "iff", " "),
    "midnight_24.csv": case(1, "date|clock|x|time", "ssix", join="0 1", time="%Y-%m-%d %H:%M"),
    "quoted_lines.csv": case(1, "id|text|x", "isf"),
    "ndbc.txt": case(2, "YY|MM|DD|hh|mm|WDIR|WSPD|time", "iiiiiifx", " ", units="yr|mo|dy|hr|mn|degT|m/s|", join="0 1 2 3 4", time="%Y %m %d %H %M"),
    "prefixed_date.txt": case(2, "GasBRWyr|GasBRWmon|GasBRWday|GasBRWm|time", "iiifx", " ", join="0 1 2", time="%Y %m %d"),
    "remarks_below.csv": case(1, "time(UTC)|T2m|RH", "tfi", time="%Y%m%d:%H%M", drop=("T2m:", "RH:")),
    "title_rows.csv": case(5, "Month|Day|Hour|Beam (W/m^2)|Ambient (C)|Wind (m/s)", "iiifii", units="|||W/m^2|C|m/s"),
    "meta_above.csv": case(3, "Year|Month|Day|Hour|GHI|time", "iiiiix", join="0 1 2 3", time="%Y %m %d %H"),
    "clock_in_a_zone.csv": case(1, "Year|DOY|MST|GHI", "iiif"),
    "shifted_row.csv": case(1, "time|n|x|remark", "tiff", blank_rows=[4]),
    "lone_hash.csv": case(1, "#|Name|Val", "isf"),
    "index_semicolon.csv": case(1, "column_1|a|b", "ifi", ";"),
    "numbered_columns.csv": case(1, "column_1|0|1|2", "ifif"),
    "years_above.csv": case(1, "Country|1990|1991|1992", "sfif"),
    "sep_line.csv": case(2, "depth|temp", "if", ";", decimal=","),
    "sunrise.csv": case(1, "Date|Tmin|Sunrise|Sunset", "tiss", time="%Y-%m-%d"),
    "parts_float.csv": case(1, "year|month|day|hour|x|time", "ffffix", join="0 1 2 3", time="%Y.0 %m.0 %d.0 %H.0"),
    "parts_clock.csv": case(1, "Month|Day|Year|Time|x|time", "iiisix", join="0 1 2 3", time="%m %d %Y %H:%M"),
    "min_max.csv": case(1, "year|month|day|min|max|time", "iiiiix", join="0 1 2", time="%Y %m %d"),
    "hour_fraction.csv": case(1, "year|month|day|hour|x|time", "iiifix", join="0 1 2 3", time="%Y %m %d %H", fraction_h=True),
    "written_when.csv": case(1, "date|x|last_updated", "tit", time="%Y-%m-%d"),
    "mail_dates.csv": case(1, "when|x", "ti", ";", time="%a, %d %b %Y %H:%M:%S GMT"),
    "clock_first.csv": case(1, "when|x", "ti", time="%H:%M:%S %d.%m.%Y"),
    "even_clock.csv": case(1, "when|x", "ti", time="%m/%d/%Y %H:%M"),
    "quoted_blanks.csv": case(1, "id|x|time", "ift"),
    "short_words.csv": case(1, "name|code|x|y", "ssif"),
    "local_and_gmt.csv": case(1, "Date Local|Time Local|Date GMT|Time GMT|x|time", "ssssfx", join="2 3", time="%Y-%m-%d %H:%M"),
    "zone_of_posix.csv": case(1, "Time (Etc/GMT-1)|x", "tf", time="%Y-%m-%d %H:%M", offset=1),
    "hash_names.csv": case(2, "time|a|b", "tif"),
    "units_since.csv": case(2, "time|temp", "if", units="minutes since 2024-06-13 22:00:00|degC", main="time"),
    "bytes_beyond_utf8.csv": case(1, "time|név|x", "tsf", encoding="mixed"),
}


def decode(data, encoding):
    if encoding == "mixed":  # what is no UTF-8 is taken as Latin-1, byte by byte
        return "".join(chr(ord(c) - 0xDC00) if 0xDC80 <= ord(c) <= 0xDCFF else c
                       for c in data.decode("utf-8", "surrogateescape"))
    return data.replace(b"\0", b"").decode(encoding) if encoding != "utf-16" else data.decode(encoding)


def records(name, c):
    with open(os.path.join(HERE, name), "rb") as f:
        text = decode(f.read(), c.get("encoding", "utf-8"))
    lines = re.sub(r"\r+\n|\r", "\n", text).split("\n")[c["first"]:]
    lines = [l for l in lines if l.strip() and not l.startswith("#") and not l.startswith(c.get("drop", "\n"))]
    if c.get("literal"):
        lines = ['2,"""b",' + l.split(",")[2] if l.startswith(c["literal"]) else l for l in lines]
    if c["sep"] == " ":
        return list(csv.reader([" ".join(l.split()) for l in lines], delimiter=" "))
    options = dict(delimiter=c["sep"], quotechar=c.get("quote", '"'), skipinitialspace=c.get("skip_blank", False))
    if "escape" in c:
        options.update(escapechar=c["escape"], doublequote=False)
    return list(csv.reader(io.StringIO("\n".join(lines)), **options))


def instant(text, c):
    more = datetime.timedelta()
    if " 24:00" in text:
        text, more = text.replace(" 24:00", " 00:00"), datetime.timedelta(days=1)
    if c.get("fraction_h"):
        text, hour = text.rsplit(" ", 1)
        text, more = text + " 0", datetime.timedelta(hours=float(hour))
    form = c.get("time", ISO)
    if form == "%Y-%m-%d" and " " in text:
        form = ISO
    t = datetime.datetime.strptime(text, form) + more
    if t.tzinfo is None:
        t = t.replace(tzinfo=UTC) - datetime.timedelta(hours=c.get("offset", 0))
    return t.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Number(float):
    """A double as the shortest text that reads back, 5.0 as 5."""

    def __repr__(self):
        if self == 0 and str(float(self))[0] == "-":
            return "-0.0"
        return re.sub(r"\.0$", "", float.__repr__(self)).replace("e+", "e")


def value(text, kind, c):
    if kind == "s":
        return text
    text = text.strip()
    if text.lower() in MISSING or text in c.get("void", []):
        return None
    if kind == "t":
        return instant(text, c)
    return int(text) if kind == "i" else Number(text.replace(c.get("decimal", "."), ".").replace("D", "e"))


def column(c, rows, k):
    kind = c["kinds"][k]
    units = "seconds since 1970-01-01T00:00:00Z" if kind in "tx" else c.get("units", "|" * k).split("|")[k]
    out = []
    for r in rows:
        if kind == "x":
            out.append(instant(" ".join(r[int(i)].strip() for i in c["join"].split()), c))
        else:
            out.append(value(r[k].strip() if kind != "s" or c["sep"] != "," else r[k], kind, c))
    return dict(name=c["names"][k], units=units, type={"i": "int64", "s": "string"}.get(kind, "double"), values=out)


def text(v):
    if isinstance(v, float):
        return repr(Number(v))
    return json.dumps(v, ensure_ascii=False)


def expected(name, c):
    rows = records(name, c)
    width = len(c["kinds"].rstrip("x"))
    if c.get("cut"):
        rows[-1] = rows[-1][:-1]  # the last cell of a cut line is cut as well
    rows = [([""] * width if i in c.get("blank_rows", []) else (r + [""] * width)[:width]) for i, r in enumerate(rows)]
    times = [k for k in range(len(c["kinds"])) if c["kinds"][k] in "tx"]
    main = c["names"][times[0]] if times else c.get("main")
    parts = []
    for k in range(len(c["kinds"])):
        v = column(c, rows, k)
        parts.append('{"name":%s,"units":%s,"type":"%s","values":[%s]}'
                     % (text(v["name"]), text(v["units"]), v["type"], ",".join(text(x) for x in v["values"])))
    return '{"rows":%d,"time":%s,"columns":[\n%s\n]}\n' % (len(rows), text(main), ",\n".join(parts))


def main():
    for name, c in CASES.items():
        with open(os.path.join(HERE, name + ".json"), "w", encoding="utf-8") as f:
            f.write(expected(name, c))


if __name__ == "__main__":
    main()
