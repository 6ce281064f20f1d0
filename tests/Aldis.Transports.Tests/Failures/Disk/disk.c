/*
 * Stands between a process and the files of one folder (LD_PRELOAD). It either writes down what was asked of the disk, in the one order in which all
 * processes asked it, or fails some of it.
 *
 *   ALDIS_DISK_FOLDER   the folder, without links
 *   ALDIS_DISK_TRACE    where to write it down: for each call  kind:u8 name-length:u8 offset:i64 length:i64 name data
 *                       w a write (with its data) · t a truncation to length · s a sync of a file · d a sync of the folder · u a file is deleted
 *   ALDIS_DISK_FAIL     "fsync 7": every seventh call of that kind fails with EIO while there is a file "ailing" in the folder; pwrite, ftruncate, pread
 *
 * Files that tell nothing of what is stored are left alone: the shared memory, the bell, the room that is kept.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_pread)(int, void *, size_t, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int);
static int (*real_ftruncate)(int, off64_t);
static int (*real_unlink)(const char *);

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_length;
static int trace = -1;
static char failing[16];
static char ailing[PATH_MAX + 8];
static int every;
static int calls;

__attribute__((constructor)) static void begin(void)
{
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_pread = dlsym(RTLD_NEXT, "pread64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    const char *where = getenv("ALDIS_DISK_FOLDER"), *to = getenv("ALDIS_DISK_TRACE"), *fail = getenv("ALDIS_DISK_FAIL");
    if (where) {
        snprintf(folder, sizeof folder, "%s", where);
        folder_length = strlen(folder);
        snprintf(ailing, sizeof ailing, "%s/ailing", folder);
    }
    if (to)
        trace = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fail)
        sscanf(fail, "%15s %d", failing, &every);
}

/* The name of a file below the folder; "" for the folder itself; NULL for what does not concern us. */
static const char *name_of(const char *path)
{
    if (!folder_length || strncmp(path, folder, folder_length) != 0)
        return NULL;
    const char *rest = path + folder_length;
    if (*rest == 0)
        return rest;
    size_t length = strlen(++rest);
    if (rest[-1] != '/' || length > 200 || strchr(rest, '/') || strchr(rest, ' '))
        return NULL;
    static const char *const others[] = { "-shm", "-reserve", "ailing" };
    for (int i = 0; i < 3; i++)
        if (length >= strlen(others[i]) && strcmp(rest + length - strlen(others[i]), others[i]) == 0)
            return NULL;
    return rest;
}

static const char *name_of_file(int file, char *buffer)
{
    if (!folder_length)
        return NULL;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length <= 0)
        return NULL;
    buffer[length] = 0;
    return name_of(buffer);
}

static int fails(const char *kind, const char *name)
{
    if (!every || *name == 0 || strncmp(name, "told", 4) == 0 || strcmp(kind, failing) != 0 || access(ailing, F_OK) != 0)
        return 0;
    if (__sync_add_and_fetch(&calls, 1) % every != 0)
        return 0;
    errno = EIO;
    return 1;
}

static void enter(void)
{
    pthread_mutex_lock(&gate);
    if (trace >= 0)
        flock(trace, LOCK_EX);
}

static void leave(void)
{
    int error = errno;
    if (trace >= 0)
        flock(trace, LOCK_UN);
    pthread_mutex_unlock(&gate);
    errno = error;
}

static void put(char kind, const char *name, int64_t offset, int64_t length, const void *data)
{
    if (trace < 0)
        return;
    int error = errno;
    uint8_t name_length = (uint8_t)strlen(name);
    struct iovec parts[] = {
        { &kind, 1 }, { &name_length, 1 }, { &offset, 8 }, { &length, 8 }, { (void *)name, name_length }, { (void *)data, data ? (size_t)length : 0 },
    };
    if (writev(trace, parts, 6) < 0)
        abort();
    errno = error;
}

ssize_t pwrite64(int file, const void *data, size_t count, off64_t offset)
{
    char buffer[PATH_MAX];
    const char *name = name_of_file(file, buffer);
    if (!name)
        return real_pwrite(file, data, count, offset);
    if (fails("pwrite", name))
        return -1;
    enter();
    ssize_t written = real_pwrite(file, data, count, offset);
    if (written > 0)
        put('w', name, offset, written, data);
    leave();
    return written;
}

ssize_t pwrite(int file, const void *data, size_t count, off_t offset)
{
    return pwrite64(file, data, count, offset);
}

ssize_t write(int file, const void *data, size_t count)
{
    char buffer[PATH_MAX];
    const char *name = name_of_file(file, buffer);
    if (!name)
        return real_write(file, data, count);
    if (fails("pwrite", name))
        return -1;
    enter();
    ssize_t written = real_write(file, data, count);
    if (written > 0)
        put('w', name, lseek64(file, 0, SEEK_CUR) - written, written, data);
    leave();
    return written;
}

ssize_t pread64(int file, void *data, size_t count, off64_t offset)
{
    char buffer[PATH_MAX];
    const char *name = every ? name_of_file(file, buffer) : NULL;
    return name && fails("pread", name) ? -1 : real_pread(file, data, count, offset);
}

int fsync(int file)
{
    char buffer[PATH_MAX];
    const char *name = name_of_file(file, buffer);
    if (!name)
        return real_fsync(file);
    if (fails("fsync", name))
        return -1;
    enter();
    int result = real_fsync(file);
    if (result == 0)
        put(*name ? 's' : 'd', name, 0, 0, NULL);
    leave();
    return result;
}

int fdatasync(int file)
{
    return fsync(file);
}

int ftruncate64(int file, off64_t length)
{
    char buffer[PATH_MAX];
    const char *name = name_of_file(file, buffer);
    if (!name)
        return real_ftruncate(file, length);
    if (fails("ftruncate", name))
        return -1;
    enter();
    int result = real_ftruncate(file, length);
    if (result == 0)
        put('t', name, 0, length, NULL);
    leave();
    return result;
}

int ftruncate(int file, off_t length)
{
    return ftruncate64(file, length);
}

int unlink(const char *path)
{
    const char *name = name_of(path);
    if (!name)
        return real_unlink(path);
    enter();
    int result = real_unlink(path);
    if (result == 0)
        put('u', name, 0, 0, NULL);
    leave();
    return result;
}
