/* aws_home.h: a home directory with files of AWS profiles, in an environment that says nothing else
 * of AWS. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct AwsHome {
    char path[64]; /* "/tmp/aws_home.x" */
} AwsHome;

/* "NAME=value" into the environment. */
static inline void home_set(const char *setting)
{
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(setting, "="), setting);
    setenv(name, setting + strlen(name) + 1, 1);
}

static inline void home_write(const AwsHome *h, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", h->path, name);
    FILE *f = fopen(path, "w");
    if (f) {
        fputs(text, f);
        fclose(f);
    }
}

/* Texts may be NULL: no such file. */
static inline void home_open(AwsHome *h, const char *config, const char *credentials)
{
    char name[96];
    for (char **setting = environ; *setting;) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*setting, "="), *setting);
        bool other = strncmp(name, "AWS_", 4) != 0;
        if (other)
            setting++;
        else
            unsetenv(name);
    }
    snprintf(h->path, sizeof h->path, "/tmp/aws_home.XXXXXX");
    if (!mkdtemp(h->path))
        abort();
    snprintf(name, sizeof name, "%s/.aws", h->path);
    mkdir(name, 0700);
    if (config)
        home_write(h, ".aws/config", config);
    if (credentials)
        home_write(h, ".aws/credentials", credentials);
    setenv("HOME", h->path, 1);
}

/* Files of the case's own in it go too: those that are named here. */
static inline void home_close(AwsHome *h)
{
    static const char *const names[] = {
        ".aws/config", ".aws/credentials", "token", "program", ".aws", ""};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", h->path, names[i]);
        remove(path);
    }
}
