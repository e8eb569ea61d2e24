#!/usr/bin/env bash
# check_layers.sh [TREE]: the house keeps its order. A floor includes only what lies below it, each
# third-party header comes in by its one door, and some functions stay outside. One perl reads all
# files, because a shell's loop over them takes many times as long.
# tests/check_layers_proof.sh shows that every rule here can fail.
set -euo pipefail
exec perl - "${1:-$(dirname "$0")/..}" <<'PERL'
use strict;
use warnings;

my @floors = qw(core formats handlers stores pipelines orchestrator);
my %below = (
    core => [qw(core)],
    formats => [qw(core formats)],
    handlers => [qw(core handlers)],
    stores => [qw(core stores)],
    pipelines => [qw(core formats handlers pipelines)],
    orchestrator => \@floors,
);

# header -> the files that may include it (* stands for anything)
my @doors = (
    [qr/hdf5(_hl)?\.h|H5.*\.h/, 'formats/hdf5/*'],
    [qr/netcdf.*\.h/,           '-'],
    [qr/libdeflate\.h/,         'formats/hdf5/hdf5_chunk.c'],
    [qr/archive(_entry)?\.h/,   'formats/archive/*'],
    [qr/zlib\.h/,              'formats/archive/archive_stream.c'],
    [qr/sqlite3\.h/,            'orchestrator/ledger* orchestrator/query* stores/sqlite*'],
    [qr/libfyaml\.h/,           'orchestrator/config*'],
    [qr{openssl/.*},            'core/hash.c stores/aws/sign.c'],
    [qr/udunits2\.h/,           'core/units.c'],
    [qr/seccomp\.h/,            'orchestrator/sandbox.c'],
    [qr/pcre2.*\.h/,            'core/regex.c'],
    [qr{curl/.*},               'stores/aws/http*.c'],
    [qr{cjson/.*|cJSON\.h},     'core/json_tree.c'],
    [qr/expat.*\.h/,            'stores/aws/xml.c'],
    [qr/omp\.h/,                'orchestrator/pool.c'],
);

# word before '(' -> what to use instead
my @banned = (
    [qr/strcpy|strcat|stpcpy/,      'a length that is checked: snprintf, Buffer'],
    [qr/sprintf|vsprintf/,          'snprintf, Buffer'],
    [qr/strtok/,                    'core/text.h'],
    [qr/atoi|atol|atoll|atof/,      'core/text.h, which knows errors and no locale'],
    [qr/gets|scanf|sscanf|fscanf/,  'core/text.h'],
    [qr/system|popen/,              'nothing: Weir starts no other program'],
    [qr/setlocale/,                 'nothing: numbers look the same everywhere'],
    [qr/sqlite3_v?mprintf|sqlite3_v?snprintf|sqlite3_str_appendf/, 'prepared statements with bound values'],
);
my $sql = qr/"[^"]*\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|ATTACH|PRAGMA|WHERE|VALUES)\b[^"]*%[-0-9.*]*[scqQw]/;

my $found = 0;

sub complain {
    my ($file, $line, $what) = @_;
    print "$file:$line: $what\n";
    $found = 1;
}

# Without comments and, unless they are to stay, strings; the lines stay where they are.
sub code {
    my ($text, $keep_strings) = @_;
    $text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|('(?:\\.|[^'\\\n])*')}{
        my ($comment, $string, $character) = ($1, $2, $3);
        defined $comment ? $comment =~ s/[^\n]//gr
            : defined $string ? ($keep_strings ? $string : '""') : $character
    }gse;
    return split /\n/, $text;
}

sub may_enter {
    my ($file, $patterns) = @_;
    my @patterns = map { quotemeta =~ s/\\\*/.*/gr } split ' ', $patterns;
    return grep { $file =~ /^$_$/ } @patterns;
}

sub check_quoted {
    my ($file, $line, $floor, $path) = @_;
    my ($target) = $path =~ m{^([^/]*)};
    if ($target eq $path || $target eq '.' || $target eq '..') {
        complain($file, $line, "\"$path\" is not written from the root of the project");
    } elsif (!grep { $_ eq $target } @{$below{$floor}}) {
        complain($file, $line, "$floor must not know $target (\"$path\")");
    } elsif ($floor eq 'handlers' && $path eq 'core/input.h') {
        complain($file, $line, "handlers know no file (\"$path\")");
    }
}

sub check_doors {
    my ($file, $line, $header) = @_;
    for my $door (@doors) {
        my ($name, $allowed) = @$door;
        complain($file, $line, "<$header> comes in only by: $allowed")
            if $header =~ /^(?:$name)$/ && !may_enter($file, $allowed);
    }
}

sub check_file {
    my ($root, $file, $floor) = @_;
    open my $in, '<', "$root/$file" or die "$root/$file: $!\n";
    my $text = do { local $/; <$in> } // '';
    my $line = 0;
    for (code($text, 1)) {
        $line++;
        if (/^\s*#\s*include\s*([<"])([^>"]+)[>"]/) {
            check_quoted($file, $line, $floor, $2) if $1 eq '"';
            check_doors($file, $line, $2);
        }
        complain($file, $line, 'SQL put together as text; bind the value') if /$sql/;
    }
    $line = 0;
    for (code($text, 0)) {
        $line++;
        for my $rule (@banned) {
            complain($file, $line, "$1): use $rule->[1]") while /\b((?:$rule->[0]) ?\()/g;
        }
    }
}

# the C files of a folder and below, in order
sub sources {
    my ($root, $folder) = @_;
    my @files;
    opendir my $entries, "$root/$folder" or return;
    for (sort readdir $entries) {
        next if /^\.\.?$/;
        my $path = "$folder/$_";
        push @files, -d "$root/$path" ? sources($root, $path) : /\.[ch]$/ ? $path : ();
    }
    return @files;
}

my ($root) = @ARGV;
my $checked = 0;
for my $floor (@floors) {
    for my $file (sources($root, $floor)) {
        check_file($root, $file, $floor);
        $checked++;
    }
}
die "check_layers: no C file in $root\n" if !$checked;
exit $found;
PERL
