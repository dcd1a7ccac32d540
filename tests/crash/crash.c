/* Die at the n-th call that changes the data directory: preloaded before libc (LD_PRELOAD), armed by the child.
 *
 * Counted, when they touch the directory given to crash_arm: write, pwrite, pwrite64, writev, sendfile,
 * copy_file_range, fsync, fdatasync, ftruncate, msync, rename*, link*, unlink*, rmdir, mkdir. A call that counts is
 * not made when its number has come: the process ends at once, as from kill -9. With `half`, a write is made of half
 * its bytes first: a torn write. Files mapped into memory (SQLite's -shm) are written without a call: not counted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char directory[PATH_MAX];
static size_t length;
static long crash_at;
static int halved;
static atomic_long calls;

void crash_arm(const char *path, long at, int half) {
    length = strlen(path);
    memcpy(directory, path, length + 1);
    crash_at = at;
    halved = half;
    atomic_store(&calls, 0);
}

long crash_calls(void) { return atomic_load(&calls); }

static int inside(const char *path) {
    return length && strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int inside_descriptor(int descriptor) {
    char link_name[64], path[PATH_MAX];
    if (!length) return 0;
    snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link_name, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return inside(path);
}

static int inside_at(int descriptor, const char *path) {
    if (path[0] == '/') return inside(path);
    return descriptor != AT_FDCWD && inside_descriptor(descriptor);
}

/* Number this call; 1 when it is the one to die at. */
static int due(void) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    return crash_at && number == crash_at;
}

static void die(void) { _exit(77); }

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    if (inside_descriptor(fd) && due()) {
        if (halved) NEXT(write)(fd, data, size / 2);
        die();
    }
    return NEXT(write)(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    if (inside_descriptor(fd) && due()) {
        if (halved) NEXT(pwrite)(fd, data, size / 2, at);
        die();
    }
    return NEXT(pwrite)(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    if (inside_descriptor(fd) && due()) {
        if (halved) NEXT(pwrite64)(fd, data, size / 2, at);
        die();
    }
    return NEXT(pwrite64)(fd, data, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (inside_descriptor(fd) && due()) {
        if (halved && count) NEXT(write)(fd, parts[0].iov_base, parts[0].iov_len / 2);
        die();
    }
    return NEXT(writev)(fd, parts, count);
}

ssize_t sendfile(int out, int in, off_t *at, size_t size) {
    if (inside_descriptor(out) && due()) die();
    return NEXT(sendfile)(out, in, at, size);
}

ssize_t sendfile64(int out, int in, off64_t *at, size_t size) {
    if (inside_descriptor(out) && due()) die();
    return NEXT(sendfile64)(out, in, at, size);
}

ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned flags) {
    if (inside_descriptor(out) && due()) die();
    return NEXT(copy_file_range)(in, in_at, out, out_at, size, flags);
}

#define ON_DESCRIPTOR(name, parameters, arguments)     \
    int name parameters {                              \
        if (inside_descriptor(fd) && due()) die();     \
        return NEXT(name) arguments;                   \
    }

ON_DESCRIPTOR(fsync, (int fd), (fd))
ON_DESCRIPTOR(fdatasync, (int fd), (fd))
ON_DESCRIPTOR(ftruncate, (int fd, off_t size), (fd, size))
ON_DESCRIPTOR(ftruncate64, (int fd, off64_t size), (fd, size))

int msync(void *address, size_t size, int flags) {
    if (length && due()) die();
    return NEXT(msync)(address, size, flags);
}

#define ON_PATH(name, parameters, arguments) \
    int name parameters {                    \
        if (inside(path) && due()) die();    \
        return NEXT(name) arguments;         \
    }

ON_PATH(unlink, (const char *path), (path))
ON_PATH(rmdir, (const char *path), (path))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(rename, (const char *path, const char *to), (path, to))
ON_PATH(link, (const char *path, const char *to), (path, to))

#define ON_PATH_AT(name, parameters, arguments)      \
    int name parameters {                            \
        if (inside_at(fd, path) && due()) die();     \
        return NEXT(name) arguments;                 \
    }

ON_PATH_AT(unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
ON_PATH_AT(mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
ON_PATH_AT(linkat, (int fd, const char *path, int to, const char *new, int flags), (fd, path, to, new, flags))
ON_PATH_AT(renameat, (int fd, const char *path, int to, const char *new), (fd, path, to, new))
ON_PATH_AT(renameat2, (int fd, const char *path, int to, const char *new, unsigned flags), (fd, path, to, new, flags))
