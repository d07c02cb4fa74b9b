#include "core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
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

/// Helper threads that wait for a job. The thread that submits works too.
class Pool {
 public:
  explicit Pool(int helpers) {
    try {
      for (int k = 0; k < helpers; ++k) threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      // The system grants no more: results do not depend on how many there are.
    }
  }
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void execute(Job& job) {
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
      ++generation_;
      busy_ = static_cast<int>(threads_.size());
    }
    wake_.notify_all();
    job.work();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    job_ = nullptr;
  }

 private:
  void run() {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return stop_ || generation_ != seen; });
      if (stop_) return;
      seen = generation_;
      Job* job = job_;
      lock.unlock();
      job->work();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> threads_;
  Job* job_ = nullptr;
  std::uint64_t generation_ = 0;
  int busy_ = 0;
  bool stop_ = false;
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
