#include "core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <exception>
#include <fstream>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace fm {

namespace {

/// CPUs granted by the cgroup (v2 `cpu.max`, else v1 quota and period), or "unlimited".
double cgroup_cpus() {
  std::string quota;
  double period = 0;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2 >> quota >> period) {
    if (quota != "max" && period > 0) return std::stod(quota) / period;
    return std::numeric_limits<double>::infinity();
  }
  double v1_quota = 0;
  std::ifstream q("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), p("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  if (q >> v1_quota && p >> period && v1_quota > 0 && period > 0) return v1_quota / period;
  return std::numeric_limits<double>::infinity();
}

thread_local bool inside_chunk = false;

/// Tells the processor that this thread only looks whether something has changed.
void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// One call of parallel_chunks: threads take chunk numbers from a counter until none is left.
class Job {
 public:
  Job(Index count, Index chunk_size, const std::function<void(Index, Index, Index)>& body)
      : count_(count), chunk_size_(chunk_size), chunks_(chunk_count(count, chunk_size)), body_(body) {}

  void work() {
    inside_chunk = true;
    for (Index chunk; (chunk = next_.fetch_add(1)) < chunks_;) {
      try {
        body_(chunk * chunk_size_, std::min(count_, (chunk + 1) * chunk_size_), chunk);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (chunk < failed_chunk_) failed_chunk_ = chunk, failure_ = std::current_exception();
      }
    }
    inside_chunk = false;
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const Index count_, chunk_size_, chunks_;
  const std::function<void(Index, Index, Index)>& body_;
  std::atomic<Index> next_{0};
  std::mutex mutex_;
  Index failed_chunk_ = std::numeric_limits<Index>::max();
  std::exception_ptr failure_;
};

/// How long a thread looks for news before it sleeps: longer than what a training step does between its
/// calls, as waking a sleeper takes as long as a small step.
constexpr std::chrono::microseconds spin_time(100);

/// Returns when `number` is not `before`.
void await_change(const std::atomic<std::uint32_t>& number, std::uint32_t before, bool spin) {
  if (spin) {
    const auto end = std::chrono::steady_clock::now() + spin_time;
    do {
      for (int look = 0; look < 32; ++look) {
        if (number.load(std::memory_order_acquire) != before) return;
        relax();
      }
      std::this_thread::yield();  // to others who may have something to do
    } while (std::chrono::steady_clock::now() < end);
  }
  number.wait(before);
}

/// Helper threads that wait for a job. The thread that submits works too, and does not wait for helpers that
/// come too late to find a chunk.
class Pool {
 public:
  explicit Pool(int helpers) : spin_(helpers < available_threads()) {
    try {
      for (int k = 0; k < helpers; ++k) threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      // The system grants no more: results do not depend on how many there are.
    }
  }
  ~Pool() {
    stop_ = true;
    announce();
    for (std::thread& thread : threads_) thread.join();
  }

  void execute(Job& job) {
    job_ = &job;
    at_work_ -= closed;
    announce();
    job.work();
    at_work_ += closed;
    for (std::uint32_t now; (now = at_work_) != closed;) await_change(at_work_, now, spin_);
  }

 private:
  /// Added to at_work_ while no job is open to helpers.
  static constexpr std::uint32_t closed = std::uint32_t{1} << 31;

  void announce() {
    ++generation_;
    generation_.notify_all();
  }

  void run() {
    for (std::uint32_t seen = 0;;) {
      await_change(generation_, seen, spin_);
      seen = generation_;
      if (stop_) return;
      if (at_work_++ < closed) job_->work();
      if (--at_work_ == closed) at_work_.notify_one();
    }
  }

  const bool spin_;  // not where threads would take each other's processor
  std::vector<std::thread> threads_;
  Job* job_ = nullptr;
  std::atomic<std::uint32_t> generation_ = 0;    // of jobs
  std::atomic<std::uint32_t> at_work_ = closed;  // helpers that may touch the job
  std::atomic<bool> stop_ = false;
};

int thread_count = 1;
std::unique_ptr<Pool> pool;
std::mutex submission;

}  // namespace

int available_threads() {
  cpu_set_t mask;
  int cpus = 1;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) cpus = CPU_COUNT(&mask);
  const double granted = std::ceil(cgroup_cpus());
  return std::max(1, granted < cpus ? static_cast<int>(granted) : cpus);
}

void set_threads(int count) {
  thread_count = std::max(1, count);
  pool.reset();
}

int threads() {
  return thread_count;
}

InlineChunks::InlineChunks() : before_(inside_chunk) {
  inside_chunk = true;
}

InlineChunks::~InlineChunks() {
  inside_chunk = before_;
}

void parallel_chunks(Index count, Index chunk_size, const std::function<void(Index, Index, Index)>& body) {
  if (count <= 0) return;
  if (inside_chunk || thread_count == 1 || count <= chunk_size) {
    for (Index begin = 0, chunk = 0; begin < count; begin += chunk_size, ++chunk)
      body(begin, std::min(count, begin + chunk_size), chunk);
    return;
  }
  const std::lock_guard lock(submission);
  if (!pool) pool = std::make_unique<Pool>(thread_count - 1);
  Job job(count, chunk_size, body);
  pool->execute(job);
  job.rethrow();
}

}  // namespace fm
