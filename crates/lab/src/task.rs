//! What runs beside the lab and ends with it.

use tokio::task::JoinHandle;

/// A task that ends when it is dropped.
#[derive(Debug)]
pub(crate) struct LabTask(JoinHandle<()>);

impl LabTask {
    pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) -> LabTask {
        LabTask(tokio::spawn(task))
    }
}

impl Drop for LabTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}
