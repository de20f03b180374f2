"""Sending file names to a desk: `vision-tasks send`, and what it promises.

A run has a name, of its own or given. The id of a line's task is a hash of that name, of the file
name, and of how often this file name has come before in the input; a line may also bring its own
id. The server stores no id twice. So whatever has been stored when a run is cut off (sender,
server or network, at any moment), the same lines sent under the same run name store what is
missing and nothing else:

- in whatever order they come this time, and with new lines among them;
- after any time: the ids alone see to it. Within a day an Idempotency-Key, a hash of what it
  stands for, also has the server answer for a whole chunk at once. Chunks end where a hash of
  their last line says so, thus one line more or less changes only the chunk that it is in;
- a file name that comes n times is n tasks, not n + 1.

Another run name makes other ids, so to send the same names once more on purpose makes new tasks.

What it does not promise: a line that has left the input stays a task, and a task that was deleted
between two goes of a run may come back with the second. An id that was taken is not compared with
what has taken it; only in a first go can a line with an id of its own be told from a repeat.
"""
