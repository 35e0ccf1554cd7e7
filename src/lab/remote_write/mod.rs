//! The generator's remote write: reads its log on a clock, sends batches, retries for ever what may succeed later.

mod wire;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{Method, Request, header};
use http_body_util::Full;
use prost::Message;
use tokio::task::JoinHandle;

use super::generator::registry::Collected;
use super::settings::{RemoteWrite, SINGLE_TENANT, Settings};
use super::tempo::Metrics;
pub(crate) use wire::{Exchange, Label, WriteRequest, exchange};

const MAX_SAMPLES: usize = 2_000;
/// Series a queue holds before it stops reading, and a log before it forgets.
const MAX_QUEUE: usize = 10_000;
const MAX_WAL: usize = 100_000;
const PREFIX: &str = "prometheus_remote_storage";

/// What was collected and not read yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wal {
    entries: Arc<Mutex<VecDeque<Collected>>>,
}

impl Wal {
    /// Appends a collection.
    pub(crate) fn append(&self, collected: Vec<Collected>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.extend(collected);
        let excess = entries.len().saturating_sub(MAX_WAL);
        entries.drain(..excess);
    }

    fn take(&self) -> Vec<Collected> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.drain(..).collect()
    }
}

/// A remote write queue that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Writer {
    wal: Wal,
    task: JoinHandle<()>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Writer {
    pub(crate) fn start(settings: &Settings, remote: &RemoteWrite, tenant: &str, metrics: Arc<Metrics>) -> Writer {
        let mut hasher = DefaultHasher::new();
        remote.url.hash(&mut hasher);
        let wal = Wal::default();
        let queue = Queue {
            remote: remote.clone(),
            remote_name: format!("{:06x}", hasher.finish() & 0xff_ffff),
            tenant: tenant.to_owned(),
            metrics,
            wal: wal.clone(),
            read_every: settings.wal_read_interval,
            started_ms: now_ms(),
        };
        queue.appear();
        Writer {
            wal,
            task: tokio::spawn(queue.run()),
        }
    }

    /// Where collections go.
    pub(crate) fn wal(&self) -> Wal {
        self.wal.clone()
    }
}

struct Queue {
    remote: RemoteWrite,
    remote_name: String,
    tenant: String,
    metrics: Arc<Metrics>,
    wal: Wal,
    read_every: Duration,
    /// Samples from before the queue started are not sent.
    started_ms: i64,
}

/// How much a batch holds.
#[derive(Clone, Copy, Default)]
struct Size {
    samples: usize,
    exemplars: usize,
    histograms: usize,
}

impl Queue {
    fn appear(&self) {
        for kind in ["samples", "exemplars", "histograms", "metadata"] {
            for suffix in ["total", "failed_total", "retried_total"] {
                self.bump(&format!("{kind}_{suffix}"), 0.0);
            }
            if kind != "metadata" {
                self.gauge(&format!("{kind}_pending"), 0.0);
            }
        }
        for name in ["bytes_total", "enqueue_retries_total", "metadata_bytes_total"] {
            self.bump(name, 0.0);
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
            self.gauge(name, value);
        }
    }

    async fn run(self) {
        let mut read = tokio::time::interval(self.read_every);
        read.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut waiting: VecDeque<Collected> = VecDeque::new();
        let mut backoff = Duration::from_millis(30);
        loop {
            if waiting.is_empty() {
                read.tick().await;
            }
            if waiting.len() < MAX_QUEUE {
                self.read(&mut waiting);
            }
            let batch = batch_of(&waiting);
            if batch.is_empty() {
                continue;
            }
            match self.send(&batch).await {
                Exchange::Answered { status, .. } if status < 300 => {
                    backoff = Duration::from_millis(30);
                    self.done(&mut waiting, batch.len(), None);
                }
                Exchange::Answered { status, .. } if status / 100 == 5 || status == 429 => {
                    self.retry(&batch, &mut backoff).await;
                }
                Exchange::Answered { .. } => self.done(&mut waiting, batch.len(), Some(Size::of(&batch))),
                Exchange::Failed => self.retry(&batch, &mut backoff).await,
            }
        }
    }

    fn read(&self, waiting: &mut VecDeque<Collected>) {
        for mut series in self.wal.take() {
            series.samples.retain(|(at, _)| *at > self.started_ms);
            if self.remote.drops_everything {
                let size = Size::of(std::slice::from_ref(&series));
                self.dropped("samples", size.samples);
                self.dropped("exemplars", size.exemplars);
                continue;
            }
            if let Some((at, _)) = series.samples.last() {
                self.gauge("queue_highest_timestamp_seconds", (at / 1000) as f64);
            }
            waiting.push_back(series);
        }
        self.pending(waiting);
    }

    async fn send(&self, batch: &[Collected]) -> Exchange {
        let size = Size::of(batch);
        self.bump("samples_total", size.samples as f64);
        self.bump("exemplars_total", size.exemplars as f64);
        self.bump("histograms_total", size.histograms as f64);
        let plain = WriteRequest::of(batch).encode_to_vec();
        let Ok(body) = snap::raw::Encoder::new().compress_vec(&plain) else {
            return Exchange::Failed;
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
            Ok(request) => exchange(request, Duration::from_secs(30)).await,
            Err(_) => Exchange::Failed,
        };
        let name = format!("{PREFIX}_sent_batch_duration_seconds");
        self.metrics
            .observe(&name, &self.labels(), began.elapsed().as_secs_f64());
        if matches!(answer, Exchange::Answered { .. }) {
            self.bump("bytes_total", length as f64);
        }
        answer
    }

    async fn retry(&self, batch: &[Collected], backoff: &mut Duration) {
        let size = Size::of(batch);
        self.bump("samples_retried_total", size.samples as f64);
        self.bump("exemplars_retried_total", size.exemplars as f64);
        self.bump("histograms_retried_total", size.histograms as f64);
        tokio::time::sleep(*backoff).await;
        *backoff = backoff.saturating_mul(2).min(Duration::from_secs(5));
    }

    /// A batch that leaves the queue, delivered or given up.
    fn done(&self, waiting: &mut VecDeque<Collected>, series: usize, lost: Option<Size>) {
        let newest = waiting
            .iter()
            .take(series)
            .filter_map(|one| one.samples.last())
            .map(|(at, _)| *at)
            .max();
        waiting.drain(..series.min(waiting.len()));
        if let Some(newest) = newest {
            self.gauge("queue_highest_sent_timestamp_seconds", (newest / 1000) as f64);
        }
        if let Some(lost) = lost {
            self.bump("samples_failed_total", lost.samples as f64);
            self.bump("exemplars_failed_total", lost.exemplars as f64);
            self.bump("histograms_failed_total", lost.histograms as f64);
        }
        self.pending(waiting);
    }

    fn pending(&self, waiting: &VecDeque<Collected>) {
        let size = waiting.iter().fold(Size::default(), |sum, one| sum.plus(one));
        self.gauge("samples_pending", size.samples as f64);
        self.gauge("exemplars_pending", size.exemplars as f64);
        self.gauge("histograms_pending", size.histograms as f64);
    }

    fn dropped(&self, kind: &str, count: usize) {
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

    fn bump(&self, name: &str, by: f64) {
        self.metrics.add(&format!("{PREFIX}_{name}"), &self.labels(), by);
    }

    fn gauge(&self, name: &str, value: f64) {
        self.metrics.set(&format!("{PREFIX}_{name}"), &self.labels(), value);
    }
}

impl Size {
    fn of(batch: &[Collected]) -> Size {
        batch.iter().fold(Size::default(), |sum, one| sum.plus(one))
    }

    fn plus(self, one: &Collected) -> Size {
        Size {
            samples: self.samples + one.samples.len(),
            exemplars: self.exemplars + usize::from(one.exemplar.is_some()),
            histograms: self.histograms + usize::from(one.native.is_some()),
        }
    }
}

fn batch_of(waiting: &VecDeque<Collected>) -> Vec<Collected> {
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

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
