/*
 * An SQLite that is not what it should be: in front of the real one, of which it is linked to be a part.
 *
 *   ALDIS_SQLITE_REAL          the real library
 *   ALDIS_SQLITE_VERSION       the version that it says it has
 *   ALDIS_SQLITE_SYNCHRONOUS   the level of PRAGMA synchronous that it goes to, whatever it is told
 *   ALDIS_SQLITE_SAYS          the level that it says it is at
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *real(const char *name)
{
    static void *library;
    if (!library)
        library = dlopen(getenv("ALDIS_SQLITE_REAL"), RTLD_NOW);
    return dlsym(library, name);
}

int sqlite3_libversion_number(void)
{
    const char *version = getenv("ALDIS_SQLITE_VERSION");
    return version ? atoi(version) : ((int (*)(void))real("sqlite3_libversion_number"))();
}

int sqlite3_exec(void *database, const char *sql, void *callback, void *argument, char **error)
{
    char other[512];
    const char *level = getenv("ALDIS_SQLITE_SYNCHRONOUS");
    if (level && strncmp(sql, "PRAGMA synchronous = ", 21) == 0) {
        snprintf(other, sizeof other, "PRAGMA synchronous = %s%s", level, sql + 21 + strcspn(sql + 21, ";"));
        sql = other;
    }
    return ((int (*)(void *, const char *, void *, void *, char **))real("sqlite3_exec"))(database, sql, callback, argument, error);
}

int sqlite3_prepare_v2(void *database, const char *sql, int length, void **statement, const char **tail)
{
    char other[64];
    const char *says = getenv("ALDIS_SQLITE_SAYS"), *level = getenv("ALDIS_SQLITE_SYNCHRONOUS");
    if (level && strncmp(sql, "PRAGMA synchronous = ", 21) == 0) {
        snprintf(other, sizeof other, "PRAGMA synchronous = %s", level);
        if (tail)
            *tail = sql + strlen(sql);
        sql = other;
        length = -1;
        tail = NULL;
    } else if (says && strncmp(sql, "PRAGMA synchronous", length < 0 ? 19 : (size_t)length) == 0) {
        snprintf(other, sizeof other, "SELECT %s", says);
        if (tail)
            *tail = sql + 18;
        sql = other;
        length = -1;
        tail = NULL;
    }
    return ((int (*)(void *, const char *, int, void **, const char **))real("sqlite3_prepare_v2"))(database, sql, length, statement, tail);
}
