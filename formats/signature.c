/* signature.c: what a file that no format reads seems to be, by magic bytes and first lines.
 *
 * Order matters only among text: the special comes before the general. Text is compared behind a
 * byte order mark, and UTF-16 by its Latin letters. */
#include "formats/formats.h"

#include "formats/signature_text.h"

#include <string.h>

typedef struct Magic {
    size_t offset, length;
    const char *bytes, *what;
    bool is_data;
    bool is_word; /* letters that a text may begin with */
} Magic;

#define MAGIC(offset, bytes, what, is_data)                                                        \
    {                                                                                              \
        offset, sizeof(bytes) - 1, bytes, what, is_data, false                                     \
    }
#define WORD(offset, bytes, what, is_data)                                                         \
    {                                                                                              \
        offset, sizeof(bytes) - 1, bytes, what, is_data, true                                      \
    }

static const Magic magics[] = {
    /* containers of data that no reader opens, or whose first bytes are damaged */
    MAGIC(30, "[Content_Types].xml",
          "Office document (Excel, Word; a table in it can be saved as CSV)", true),
    MAGIC(30, "_rels/", "Office document (Excel, Word; a table in it can be saved as CSV)", true),
    MAGIC(30, "mimetype", "OpenDocument or EPUB document", true),
    MAGIC(30, "META-INF/", "Java archive", false),
    MAGIC(0, "PK\x03\x04", "zip archive", true),
    MAGIC(0, "Rar!\x1a\x07", "RAR archive", true),
    WORD(257, "ustar", "tar archive whose first header is damaged", true),
    /* measurements and models */
    MAGIC(0, "CDF\x01", "netCDF classic", true),
    MAGIC(0, "CDF\x02", "netCDF with 64-bit offsets", true),
    MAGIC(0, "CDF\x05", "netCDF CDF-5", true),
    MAGIC(0, "\x89HDF\r\n\x1a\n", "HDF5", true),
    MAGIC(0, "\x0e\x03\x13\x01", "HDF4", true),
    MAGIC(0, "\xcd\xf3\x00\x01", "NASA CDF", true),
    WORD(0, "GRIB", "GRIB message", true),
    WORD(0, "BUFR", "BUFR message", true),
    MAGIC(0, "SIMPLE  =", "FITS", true),
    WORD(0, "AR2V", "NEXRAD level 2", true),
    WORD(0, "ARCHIVE2.", "NEXRAD level 2", true),
    MAGIC(0, "MATLAB 5.0 MAT-file", "MATLAB 5 .mat", true),
    MAGIC(0, "MATLAB 7.3 MAT-file", "MATLAB 7.3 .mat (HDF5)", true),
    MAGIC(0, "\x93NUMPY", "NumPy .npy", true),
    WORD(0, "PAR1", "Apache Parquet", true),
    WORD(0, "ARROW1", "Apache Arrow file", true),
    MAGIC(0, "Obj\x01", "Apache Avro", true),
    WORD(0, "ORC", "Apache ORC", true),
    MAGIC(0, "SQLite format 3", "SQLite database", true),
    MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document (Excel, Word)", true),
    MAGIC(0, "TOB1,", "Campbell TOB1", true),
    MAGIC(0, "\"TOB1\"", "Campbell TOB1", true),
    MAGIC(0, "\"TOB2\"", "Campbell TOB2", true),
    MAGIC(0, "\"TOB3\"", "Campbell TOB3", true),
    MAGIC(0, "II*\0", "TIFF picture or grid", true),
    MAGIC(0, "MM\0*", "TIFF picture or grid", true),
    MAGIC(0, "\xd4\xc3\xb2\xa1", "packet capture", true),
    /* no measurements */
    MAGIC(0, "\x89PNG\r\n\x1a\n", "PNG picture", false),
    MAGIC(0, "\xff\xd8\xff", "JPEG picture", false),
    WORD(0, "GIF87a", "GIF picture", false),
    WORD(0, "GIF89a", "GIF picture", false),
    WORD(8, "WEBP", "WebP picture", false),
    MAGIC(0, "%PDF-", "PDF document", false),
    MAGIC(0, "%!PS", "PostScript document", false),
    MAGIC(0, "{\\rtf", "RTF document", false),
    MAGIC(0,
          "\x7f"
          "ELF",
          "ELF program or library", false),
    WORD(0, "MZ", "Windows program", false),
    MAGIC(0, "\xca\xfe\xba\xbe", "Java class or Mach-O program", false),
    MAGIC(0, "\xcf\xfa\xed\xfe", "Mach-O program", false),
    MAGIC(0, "\0asm", "WebAssembly program", false),
    MAGIC(0, "!<arch>\n", "static library or Debian package", false),
    WORD(4, "ftyp", "MPEG-4 film", false),
    WORD(0, "OggS", "Ogg sound", false),
    WORD(0, "fLaC", "FLAC sound", false),
    WORD(0, "ID3", "MP3 sound", false),
    WORD(8, "WAVE", "WAVE sound", true),
    MAGIC(0, "-----BEGIN ", "key or certificate", false),
    MAGIC(0, "\x1b[", "terminal output", false),
};

static bool is_magic(const Input *in, const Magic *m)
{
    return in->head_size >= m->offset + m->length &&
           memcmp(in->head + m->offset, m->bytes, m->length) == 0;
}

/* A column may be called PAR1, and "station,WAVE_HEIGHT" has its WAVE where a sound file has it:
 * a word counts only among bytes that no text has. */
static bool is_binary(const Input *in)
{
    enum { LOOKED_AT = 1024 };
    for (size_t i = 0; i < in->head_size && i < LOOKED_AT; i++) {
        uint8_t c = in->head[i];
        if (c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1a)
            return true;
    }
    return false;
}

const char *signature_guess(const Input *in, bool *is_data)
{
    *is_data = true;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const Magic *m = &magics[i];
        if (!is_magic(in, m) || (m->is_word && !is_binary(in)))
            continue;
        *is_data = m->is_data;
        return m->what;
    }
    return signature_of_text(in, is_data);
}
