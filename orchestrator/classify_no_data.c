/* classify_no_data.c: what holds no measurements, by name. Asked only for files that no format
 * recognises, so a data file with an unlucky name is still read. */
#include "orchestrator/classify.h"

#include "core/text.h"

#include <string.h>

#define ROW(kind, glob)                                                                            \
    {                                                                                              \
        glob, kind " (" glob ")"                                                                   \
    }

/* Patterns in lower case: on the whole path where they have a slash, else on its last part. Left
 * out on purpose, because measurements are kept in them: *.txt, *.dat, *.log, *.json, *.xml,
 * *.xlsx,
 * *.tif (GeoTIFF), *.wav (hydrophones), *.asc (grids), *.mat. */
const NoDataRule no_data_rules[] = {
    ROW("version control", "**/.git/**"),
    ROW("version control", "**/.svn/**"),
    ROW("version control", "**/.hg/**"),
    ROW("leavings of a program", "**/__pycache__/**"),
    ROW("leavings of a program", "**/.ipynb_checkpoints/**"),
    ROW("hidden file", ".*"),
    ROW("backup", "*~"),
    ROW("backup", "#*#"),

    ROW("readme", "readme*"),
    ROW("readme", "*readme"),
    ROW("readme", "*readme.*"),
    ROW("licence", "licence*"),
    ROW("licence", "license*"),
    ROW("licence", "copying*"),
    ROW("licence", "copyright*"),
    ROW("licence", "notice"),
    ROW("licence", "notice.txt"),
    ROW("changelog", "changelog*"),
    ROW("changelog", "changes"),
    ROW("changelog", "changes.txt"),
    ROW("changelog", "news"),
    ROW("changelog", "history.txt"),
    ROW("document", "authors*"),
    ROW("document", "contributing*"),
    ROW("document", "citation*"),
    ROW("document", "manifest.txt"),

    ROW("script", "*.py"),
    ROW("script", "*.ipynb"),
    ROW("script", "*.sh"),
    ROW("script", "*.bash"),
    ROW("script", "*.zsh"),
    ROW("script", "*.csh"),
    ROW("script", "*.bat"),
    ROW("script", "*.cmd"),
    ROW("script", "*.ps1"),
    ROW("script", "*.m"),
    ROW("script", "*.r"),
    ROW("script", "*.rmd"),
    ROW("script", "*.jl"),
    ROW("script", "*.pl"),
    ROW("script", "*.rb"),
    ROW("script", "*.lua"),
    ROW("script", "*.ncl"),
    ROW("script", "*.sql"),
    ROW("script", "*.awk"),
    ROW("program source", "*.c"),
    ROW("program source", "*.h"),
    ROW("program source", "*.cc"),
    ROW("program source", "*.cpp"),
    ROW("program source", "*.hpp"),
    ROW("program source", "*.cu"),
    ROW("program source", "*.f"),
    ROW("program source", "*.for"),
    ROW("program source", "*.f77"),
    ROW("program source", "*.f90"),
    ROW("program source", "*.f95"),
    ROW("program source", "*.f03"),
    ROW("program source", "*.f08"),
    ROW("program source", "*.pro"),
    ROW("program source", "*.java"),
    ROW("program source", "*.js"),
    ROW("program source", "*.ts"),
    ROW("program source", "*.go"),
    ROW("program source", "*.rs"),
    ROW("program source", "*.cs"),
    ROW("program source", "*.vi"),
    ROW("program", "*.pyc"),
    ROW("program", "*.o"),
    ROW("program", "*.a"),
    ROW("program", "*.so"),
    ROW("program", "*.dll"),
    ROW("program", "*.exe"),
    ROW("program", "*.jar"),

    ROW("picture", "*.png"),
    ROW("picture", "*.jpg"),
    ROW("picture", "*.jpeg"),
    ROW("picture", "*.gif"),
    ROW("picture", "*.bmp"),
    ROW("picture", "*.svg"),
    ROW("picture", "*.webp"),
    ROW("picture", "*.heic"),
    ROW("picture", "*.ico"),
    ROW("picture", "*.eps"),
    ROW("film", "*.mp4"),
    ROW("film", "*.mov"),
    ROW("film", "*.avi"),
    ROW("film", "*.mpg"),
    ROW("film", "*.mpeg"),
    ROW("film", "*.mkv"),

    ROW("document", "*.md"),
    ROW("document", "*.rst"),
    ROW("document", "*.adoc"),
    ROW("document", "*.tex"),
    ROW("document", "*.bib"),
    ROW("document", "*.pdf"),
    ROW("document", "*.ps"),
    ROW("document", "*.html"),
    ROW("document", "*.htm"),
    ROW("document", "*.css"),
    ROW("document", "*.doc"),
    ROW("document", "*.docx"),
    ROW("document", "*.odt"),
    ROW("document", "*.rtf"),
    ROW("document", "*.ppt"),
    ROW("document", "*.pptx"),
    ROW("document", "*.odp"),

    ROW("configuration", "*.yaml"),
    ROW("configuration", "*.yml"),
    ROW("configuration", "*.toml"),
    ROW("configuration", "*.ini"),
    ROW("configuration", "*.cfg"),
    ROW("configuration", "*.conf"),
    ROW("configuration", "*.config"),
    ROW("configuration", "*.properties"),
    ROW("configuration", "*.cmake"),
    ROW("configuration", "cmakelists.txt"),
    ROW("configuration", "makefile*"),
    ROW("configuration", "dockerfile*"),
    ROW("configuration", "requirements*.txt"),
    ROW("configuration", "thumbs.db"),

    ROW("checksum", "*.md5"),
    ROW("checksum", "*.sha1"),
    ROW("checksum", "*.sha256"),
    ROW("checksum", "*.sha512"),
    ROW("checksum", "*.crc32"),
    ROW("checksum", "*.sfv"),
    ROW("checksum", "md5sum*"),
    ROW("checksum", "sha256sum*"),
    ROW("checksum", "checksums*"),
    ROW("signature", "*.sig"),
    ROW("signature", "*.gpg"),
    {0},
};

enum { PATH_SIZE = 4096 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

const char *classify_no_data(const char *path)
{
    char folded[PATH_SIZE]; /* of a longer path, its end */
    size_t length = strlen(path);
    if (length >= sizeof folded) {
        path += length - (sizeof folded - 1);
        length = sizeof folded - 1;
    }
    for (size_t i = 0; i <= length; i++)
        folded[i] = lower(path[i]);
    const char *slash = strrchr(folded, '/'), *name = slash ? slash + 1 : folded;
    for (const NoDataRule *r = no_data_rules; r->glob; r++)
        if (text_glob(r->glob, strchr(r->glob, '/') ? folded : name))
            return r->why;
    return NULL;
}
