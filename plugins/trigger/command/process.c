/* SPDX-License-Identifier: MIT */
/* posix_spawn() and pidfds. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tocsin/error.h>
#include <unistd.h>

#define READ_SIZE 65536u
#define READS_MAX 16u
/* What a killed process may take to be gone before it is left to init. */
#define KILL_WAIT_MS 100

struct _TocsinCommandProcess {
	pid_t pid;
	int output_fd;
	int exit_fd;
	gboolean is_reaped;
};

/* Signals as a new program expects them, whatever the daemon did to its own. */
static void
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(attributes);
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
	                                             POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
}

static int
spawn(const TocsinCommandPlan *plan, int output_fd, pid_t *out_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int problem;

	set_attributes(&attributes);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output_fd, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	if (plan->folder != NULL) {
		posix_spawn_file_actions_addchdir_np(&actions, plan->folder);
	}
	problem = posix_spawnp(out_pid, plan->argv[0], &actions, &attributes, plan->argv,
	                       plan->environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return problem;
}

TocsinCommandProcess *
tocsin_command_process_new(const TocsinCommandPlan *plan, GError **error)
{
	TocsinCommandProcess *self;
	int pipe_fds[2];
	pid_t pid;
	int problem;

	if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot make a pipe: %s",
		            g_strerror(errno));
		return NULL;
	}
	problem = spawn(plan, pipe_fds[1], &pid);
	close(pipe_fds[1]);
	if (problem != 0) {
		close(pipe_fds[0]);
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot start '%s'%s%s: %s",
		            plan->argv[0], plan->folder != NULL ? " in " : "",
		            plan->folder != NULL ? plan->folder : "", g_strerror(problem));
		return NULL;
	}
	fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK);
	self = g_new0(TocsinCommandProcess, 1);
	*self = (TocsinCommandProcess){.pid = pid, .output_fd = pipe_fds[0]};
	self->exit_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (self->exit_fd < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot watch the process of '%s': %s", plan->argv[0],
		            g_strerror(errno));
		tocsin_command_process_free(self);
		return NULL;
	}
	return self;
}

void
tocsin_command_process_free(TocsinCommandProcess *self)
{
	int status;

	if (self == NULL) {
		return;
	}
	if (!self->is_reaped) {
		struct pollfd exited = {.fd = self->exit_fd, .events = POLLIN};

		tocsin_command_process_kill(self, SIGKILL);
		poll(&exited, 1, KILL_WAIT_MS);
		tocsin_command_process_reap(self, &status);
	}
	tocsin_command_process_close_output(self);
	if (self->exit_fd >= 0) {
		close(self->exit_fd);
	}
	g_free(self);
}

int
tocsin_command_process_output_fd(const TocsinCommandProcess *self)
{
	return self->output_fd;
}

int
tocsin_command_process_exit_fd(const TocsinCommandProcess *self)
{
	return self->exit_fd;
}

gboolean
tocsin_command_process_read(TocsinCommandProcess *self, TocsinCommandOutput *output)
{
	char bytes[READ_SIZE];

	for (guint i = 0; self->output_fd >= 0 && i < READS_MAX; i++) {
		ssize_t length = read(self->output_fd, bytes, sizeof bytes);

		if (length > 0) {
			tocsin_command_output_add(output, bytes, (gsize)length);
		} else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
			return FALSE;
		} else if (errno == EAGAIN) {
			return TRUE;
		}
	}
	return self->output_fd >= 0;
}

void
tocsin_command_process_close_output(TocsinCommandProcess *self)
{
	if (self->output_fd >= 0) {
		close(self->output_fd);
		self->output_fd = -1;
	}
}

void
tocsin_command_process_kill(const TocsinCommandProcess *self, int signal)
{
	if (!self->is_reaped) {
		kill(-self->pid, signal);
	}
}

gboolean
tocsin_command_process_reap(TocsinCommandProcess *self, int *out_status)
{
	int status = 0;
	pid_t reaped = waitpid(self->pid, &status, WNOHANG);

	if (reaped == 0) {
		return FALSE;
	}
	/* ECHILD: whoever ignores SIGCHLD has lost the status; it counts as a failure. */
	*out_status = reaped == self->pid ? status : W_EXITCODE(255, 0);
	self->is_reaped = TRUE;
	return TRUE;
}
