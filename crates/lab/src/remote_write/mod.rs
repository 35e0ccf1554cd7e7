//! The generator's remote write: reads its log on a clock, sends batches, retries for ever what may succeed later.

mod wire;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, Request, header};
use http_body_util::Full;
use prost::Message;

use super::generator::registry::CollectedSeries;
use super::settings::{LabSettings, RemoteWriteTarget, SINGLE_TENANT};
use super::task::LabTask;
use super::tempo::{LabMetrics, unix_millis_now};
pub(crate) use wire::{HttpExchange, WireLabel, WriteRequest, exchange_http};

const MAX_SAMPLES: usize = 2_000;
/// Series a queue holds before it stops reading, and a log before it forgets.
const MAX_QUEUE: usize = 10_000;
const MAX_WAL: usize = 100_000;
const PREFIX: &str = "prometheus_remote_storage";

/// What was collected and not read yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriteAheadLog {
    entries: Arc<Mutex<VecDeque<CollectedSeries>>>,
}

impl WriteAheadLog {
    /// Appends a collection.
    pub(crate) fn append(&self, collected: Vec<CollectedSeries>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.extend(collected);
        let excess = entries.len().saturating_sub(MAX_WAL);
        entries.drain(..excess);
    }

    fn take(&self) -> Vec<CollectedSeries> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.drain(..).collect()
    }
}

/// A remote write queue that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct RemoteWriter {
    wal: WriteAheadLog,
    _task: LabTask,
}

impl RemoteWriter {
    pub(crate) fn start(
        settings: &LabSettings,
        remote: &RemoteWriteTarget,
        tenant: &str,
        metrics: Arc<LabMetrics>,
    ) -> RemoteWriter {
        let mut hasher = DefaultHasher::new();
        remote.url.hash(&mut hasher);
        let wal = WriteAheadLog::default();
        let queue = RemoteWriteQueue {
            remote: remote.clone(),
            remote_name: format!("{:06x}", hasher.finish() & 0xff_ffff),
            tenant: tenant.to_owned(),
            metrics,
            wal: wal.clone(),
            read_every: settings.wal_read_interval,
            started_ms: unix_millis_now(),
        };
        queue.create_idle_samples();
        RemoteWriter {
            wal,
            _task: LabTask::spawn(queue.run_forever()),
        }
    }

    /// Where collections go.
    pub(crate) fn wal(&self) -> WriteAheadLog {
        self.wal.clone()
    }
}

struct RemoteWriteQueue {
    remote: RemoteWriteTarget,
    remote_name: String,
    tenant: String,
    metrics: Arc<LabMetrics>,
    wal: WriteAheadLog,
    read_every: Duration,
    /// Samples from before the queue started are not sent.
    started_ms: i64,
}

/// How much a batch holds.
#[derive(Clone, Copy, Default)]
struct BatchSize {
    samples: usize,
    exemplars: usize,
    histograms: usize,
}

impl RemoteWriteQueue {
    fn create_idle_samples(&self) {
        for kind in ["samples", "exemplars", "histograms", "metadata"] {
            for suffix in ["total", "failed_total", "retried_total"] {
                self.add_counter(&format!("{kind}_{suffix}"), 0.0);
            }
            if kind != "metadata" {
                self.set_gauge(&format!("{kind}_pending"), 0.0);
            }
        }
        for name in ["bytes_total", "enqueue_retries_total", "metadata_bytes_total"] {
            self.add_counter(name, 0.0);
        }
        for (name, value) in [
            ("max_samples_per_send", 2000.0),
            ("queue_highest_sent_timestamp_seconds", 0.0),
            ("queue_highest_timestamp_seconds", 0.0),
            ("shard_capacity", 10_000.0),
            ("shards", 1.0),
            ("shards_desired", 1.0),
            ("shards_max", 50.0),
            ("shards_min", 1.0),
        ] {
            self.set_gauge(name, value);
        }
    }

    async fn run_forever(self) {
        let mut read = tokio::time::interval(self.read_every);
        read.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut waiting: VecDeque<CollectedSeries> = VecDeque::new();
        let mut backoff = Duration::from_millis(30);
        loop {
            if waiting.is_empty() {
                read.tick().await;
            }
            if waiting.len() < MAX_QUEUE {
                self.read_log(&mut waiting);
            }
            let batch = take_batch(&waiting);
            if batch.is_empty() {
                continue;
            }
            match self.send(&batch).await {
                HttpExchange::Answered { status, .. } if status < 300 => {
                    backoff = Duration::from_millis(30);
                    self.finish_batch(&mut waiting, batch.len(), None);
                }
                HttpExchange::Answered { status, .. } if status / 100 == 5 || status == 429 => {
                    self.retry(&batch, &mut backoff).await;
                }
                HttpExchange::Answered { .. } => {
                    self.finish_batch(&mut waiting, batch.len(), Some(BatchSize::of_batch(&batch)))
                }
                HttpExchange::Failed => self.retry(&batch, &mut backoff).await,
            }
        }
    }

    fn read_log(&self, waiting: &mut VecDeque<CollectedSeries>) {
        for mut series in self.wal.take() {
            series.samples.retain(|(at, _)| *at > self.started_ms);
            if self.remote.drops_everything {
                let size = BatchSize::of_batch(std::slice::from_ref(&series));
                self.count_dropped("samples", size.samples);
                self.count_dropped("exemplars", size.exemplars);
                continue;
            }
            if let Some((at, _)) = series.samples.last() {
                self.set_gauge("queue_highest_timestamp_seconds", (at / 1000) as f64);
            }
            waiting.push_back(series);
        }
        self.report_pending(waiting);
    }

    async fn send(&self, batch: &[CollectedSeries]) -> HttpExchange {
        self.count_batch(BatchSize::of_batch(batch), "total");
        let plain = WriteRequest::from_collected(batch).encode_to_vec();
        let Ok(body) = snap::raw::Encoder::new().compress_vec(&plain) else {
            return HttpExchange::Failed;
        };
        let length = body.len();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&self.remote.url)
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .header(header::CONTENT_ENCODING, "snappy")
            .header(header::USER_AGENT, "tempo-remote-write/lab")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0");
        if self.tenant != SINGLE_TENANT {
            request = request.header("X-Scope-OrgID", &self.tenant);
        }
        let began = std::time::Instant::now();
        let answer = match request.body(Full::from(body)) {
            Ok(request) => exchange_http(request, Duration::from_secs(30)).await,
            Err(_) => HttpExchange::Failed,
        };
        let name = format!("{PREFIX}_sent_batch_duration_seconds");
        self.metrics
            .observe(&name, &self.labels(), began.elapsed().as_secs_f64());
        if matches!(answer, HttpExchange::Answered { .. }) {
            self.add_counter("bytes_total", length as f64);
        }
        answer
    }

    async fn retry(&self, batch: &[CollectedSeries], backoff: &mut Duration) {
        self.count_batch(BatchSize::of_batch(batch), "retried_total");
        tokio::time::sleep(*backoff).await;
        *backoff = backoff.saturating_mul(2).min(Duration::from_secs(5));
    }

    /// A batch that leaves the queue, delivered or given up.
    fn finish_batch(&self, waiting: &mut VecDeque<CollectedSeries>, series: usize, lost: Option<BatchSize>) {
        let newest = waiting
            .iter()
            .take(series)
            .filter_map(|one| one.samples.last())
            .map(|(at, _)| *at)
            .max();
        waiting.drain(..series.min(waiting.len()));
        if let Some(newest) = newest {
            self.set_gauge("queue_highest_sent_timestamp_seconds", (newest / 1000) as f64);
        }
        if let Some(lost) = lost {
            self.count_batch(lost, "failed_total");
        }
        self.report_pending(waiting);
    }

    fn report_pending(&self, waiting: &VecDeque<CollectedSeries>) {
        let size = waiting.iter().fold(BatchSize::default(), BatchSize::plus);
        for (kind, count) in size.by_kind() {
            self.set_gauge(&format!("{kind}_pending"), count as f64);
        }
    }

    fn count_batch(&self, size: BatchSize, counter: &str) {
        for (kind, count) in size.by_kind() {
            self.add_counter(&format!("{kind}_{counter}"), count as f64);
        }
    }

    fn count_dropped(&self, kind: &str, count: usize) {
        if count > 0 {
            let mut labels = self.labels().to_vec();
            labels.push(("reason", "dropped_series"));
            self.metrics
                .add(&format!("{PREFIX}_{kind}_dropped_total"), &labels, count as f64);
        }
    }

    fn labels(&self) -> [(&str, &str); 3] {
        [
            ("remote_name", &self.remote_name),
            ("tenant", &self.tenant),
            ("url", &self.remote.url),
        ]
    }

    fn add_counter(&self, name: &str, by: f64) {
        self.metrics.add(&format!("{PREFIX}_{name}"), &self.labels(), by);
    }

    fn set_gauge(&self, name: &str, value: f64) {
        self.metrics.set(&format!("{PREFIX}_{name}"), &self.labels(), value);
    }
}

impl BatchSize {
    fn by_kind(self) -> [(&'static str, usize); 3] {
        [
            ("samples", self.samples),
            ("exemplars", self.exemplars),
            ("histograms", self.histograms),
        ]
    }

    fn of_batch(batch: &[CollectedSeries]) -> BatchSize {
        batch.iter().fold(BatchSize::default(), BatchSize::plus)
    }

    fn plus(self, one: &CollectedSeries) -> BatchSize {
        BatchSize {
            samples: self.samples + one.samples.len(),
            exemplars: self.exemplars + usize::from(one.exemplar.is_some()),
            histograms: self.histograms + usize::from(one.native.is_some()),
        }
    }
}

fn take_batch(waiting: &VecDeque<CollectedSeries>) -> Vec<CollectedSeries> {
    let mut batch = Vec::new();
    let mut samples = 0;
    for series in waiting {
        samples += series.samples.len() + usize::from(series.exemplar.is_some()) + usize::from(series.native.is_some());
        if samples > MAX_SAMPLES && !batch.is_empty() {
            break;
        }
        batch.push(series.clone());
    }
    batch
}
