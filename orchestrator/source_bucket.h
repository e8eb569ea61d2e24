/* source_bucket.h: objects whose keys begin with a prefix. */
#pragma once

#include "orchestrator/source.h"
#include "stores/aws/aws.h"

typedef struct BucketOptions {
    Aws *aws;                    /* lives longer */
    StringList uris;             /* s3://bucket/prefix; an object below two of them is told once */
    StringList include, exclude; /* as DirectoryOptions: relative to the prefix's last folder */
    bool in_order;               /* keys in their order, which takes longer */
} BucketOptions;

/* Keys that end in '/' and have no bytes stand for folders: they are listed as ignored. */
bool source_bucket_open(const BucketOptions *o, Source **out, Error *e) MUST_CHECK;
