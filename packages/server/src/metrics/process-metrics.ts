/** The lines of the text format of Prometheus that tell how the process is. */
export function printProcessMetrics(version: string): string[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    '# HELP actionbase_build_info The version that runs.',
    '# TYPE actionbase_build_info gauge',
    `actionbase_build_info{version="${version}",node="${process.versions.node}"} 1`,
    '# HELP process_cpu_seconds_total Processor time of all threads.',
    '# TYPE process_cpu_seconds_total counter',
    `process_cpu_seconds_total ${(user + system) / 1e6}`,
    '# HELP process_resident_memory_bytes Memory that the process occupies.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${rss}`,
    '# HELP nodejs_heap_used_bytes Memory that JavaScript objects occupy.',
    '# TYPE nodejs_heap_used_bytes gauge',
    `nodejs_heap_used_bytes ${heapUsed}`,
  ];
}
