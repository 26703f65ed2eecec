// What is read out when somebody's own cards have moved: one sentence a press.

/** `jobs`: their numbers; `from`, `to`: names of lanes, where this board has them; `left`: how many stay in `from`. */
export function movedWords({ jobs, from, to, left, total, undone }) {
  const where = to ? `moved to ${to}` : 'left this board';
  if (undone) {
    const what = jobs.length > 1 ? `${jobs.length} jobs are` : `Job ${jobs[0]} is`;
    return `Undone. ${what} ${to ? `back in ${to}` : 'off this board again'}.`;
  }
  if (jobs.length > 1) return `${jobs.length} jobs ${where}, ${total}.`;
  return `Job ${jobs[0]} ${where}.${from ? ` ${left} left in ${from}.` : ''}`;
}
