import { WRAPPED } from "./records";

/*
 * The texts that shells run for us, POSIX and nothing else. They are constant; every value comes as an argument.
 */

/** How the recording shell ends when the run's pid file is already taken, and when it cannot write to the run's folder. */
export const TAKEN = 98;
export const UNWRITABLE = 97;

/**
 * The recording shell: $1 the run's folder, $2 the boot id (and "wrapped"), $3 mkfifo, $4 open files, $5 file size in blocks of 512
 * bytes (both 0: leave), $6 how many control groups, then their folders, the program and its arguments.
 *
 * It runs in two. The outer one takes the pid file (`set -C`: the file system refuses a second copy) and leaves at once, so that the
 * inner one is nobody's child: who kills the worker's whole tree, as PM2 does, does not find it. The inner one starts the bot, waits for
 * it and writes down how it ended. It survives the signals meant for the bot by handling them: to ignore them would pass the ignoring
 * on. `jobs` is asked because `$?` cannot tell exit(143) from SIGTERM.
 *
 * Where `in` is there already, the run's FIFOs were made ahead (fifos.ts): it comes last.
 *
 * `enter` is the bot's own process: what it puts on, the recorder does not wear. Neither a limit nor a group that cannot be had is a
 * reason not to run. It writes down who it is before it becomes the bot: afterwards the bot may be gone before anybody looks. Where a
 * group has `tasks` (version 1), a thread that enters by itself waits for nobody; `cgroup.procs` waits until every core has passed a
 * point of rest, some 10 ms.
 *
 * With a sandbox around it, what `enter` becomes is not the bot. INIT, which the sandbox starts (as number 1 of its space of process
 * numbers, if it has one), forks the bot and says in `born` which numbers both have in there. The bot waits on `held` until it was found
 * and written down: INIT in the children of the process we started, the bot in those of INIT (without that list,
 * CONFIG_PROC_CHILDREN, among all processes). Meanwhile signals are ignored, so that nothing interrupts the reading.
 */
export const RECORDER = `d=$1 b=$2 mkfifo=$3 files=$4 size=$5 groups=$6
shift 6
case $b in *" ${WRAPPED}") wrapped=1;; *) wrapped=;; esac
set -C
true 2>/dev/null >"$d/pid" || { [ -e "$d/pid" ] && exit ${TAKEN}; exit ${UNWRITABLE}; }
set +C
[ -p "$d/in" ] || "$mkfifo" -m 600 "$d/in" \${wrapped:+"$d/born" "$d/held"} || exit ${UNWRITABLE}
enter() {
  while [ "$groups" -gt 0 ]; do
    if [ -e "$1/tasks" ]; then echo 0 >"$1/tasks"; else echo 0 >"$1/cgroup.procs"; fi
    groups=$((groups - 1))
    shift
  done
  if [ -z "$wrapped" ]; then
    read -r s </proc/self/stat
    printf '%s\\n%s\\n' "$s" "$b" >"$d/start" || exit ${UNWRITABLE}
  fi
  [ "$files" -eq 0 ] || ulimit -n "$files" 2>/dev/null
  [ "$size" -eq 0 ] || ulimit -f "$size" 2>/dev/null
  exec "$@"
}
seek() {
  found=
  if [ -r "/proc/$1/task/$1/children" ]; then
    read -r among <"/proc/$1/task/$1/children"
  else
    among=
    for c in /proc/[0-9]*; do among="$among \${c#/proc/}"; done
  fi
  for c in $among; do
    parent= number=
    while read -r k v; do
      case $k in PPid:) parent=$v;; NSpid:) number=\${v##*[!0-9]}; break;; esac
    done <"/proc/$c/status"
    [ "$parent" = "$1" ] && [ "$number" = "$2" ] && found=$c && return
  done
  return 1
} 2>/dev/null
(
  trap : INT TERM HUP QUIT USR1 USR2
  read -r s </proc/self/stat
  printf '%s\\n%s\\n' "$s" "$b" >"$d/pid" || exit ${UNWRITABLE}
  init=
  if [ "$wrapped" ]; then
    enter "$@" 3>"$d/born" 4>>"$d/exit" 5<"$d/held" <>"$d/in" >>"$d/out.log" 2>&1 &
    p=$!
    trap '' INT TERM HUP QUIT USR1 USR2
    {
      {
        read -r i n && seek "$p" "$i" && init=$found && seek "$init" "$n" && read -r s <"/proc/$found/stat" &&
          { printf '%s\\n%s\\n' "$s" "\${b% *}" >"$d/start" || kill -s KILL "$init"; }
      } 6>"$d/held"
      trap : INT TERM HUP QUIT USR1 USR2
      while wait "$p"; s=$?; [ -d "/proc/$p" ]; do :; done
      trap '' INT TERM HUP QUIT USR1 USR2
      while read -r l; do :; done
    } <"$d/born"
    end=
    for n in 1 2 3 4; do read -r l || break; end=$l; done <"$d/exit"
    [ "$init" ] && s=137
    [ "$end" = end ] || printf '%s\\nend\\n' "$s" >"$d/exit"
  else
    enter "$@" <>"$d/in" >>"$d/out.log" 2>&1 &
    p=$!
    while wait "$p"; s=$?; [ -d "/proc/$p" ]; do :; done
    { echo "$s"; jobs; echo end; } >"$d/exit"
  fi
) &
`;

/**
 * What a sandbox starts, number 1 of its space of process numbers: starts the bot ("$@"), takes in what the bot's processes leave behind,
 * and writes down how the bot ended, exactly and also when the recorder is gone (descriptor 4: the run's exit file). All in that
 * space ends with it. When it ends without a word it was killed, as only SIGKILL can: the recorder, which sees that by the end of
 * `born`, writes that the bot was. It lets go of the bot's files, and says nothing in the bot's log. (A shell gives what it puts in the
 * background no input, unless told to.)
 */
export const INIT = `trap : INT TERM HUP QUIT USR1 USR2
exec 6<&0
(read -r s <&5; exec "$@" <&6 5<&- 6<&-) 3>&- 4>&- &
p=$!
exec </dev/null >/dev/null 2>&1 5<&- 6<&-
echo "$$ $p" >&3
while wait "$p"; s=$?; kill -s 0 "$p"; do :; done
{ echo "$s"; jobs; echo end; } >&4
`;
