//! stub
use super::sink::Sink;
use crate::model::event::Event;
/// l
pub struct Live;
impl Live {
/// f
pub async fn finish(self) {} }
/// s
pub fn spawn(_s: &Sink, _e: tokio::sync::mpsc::UnboundedReceiver<Event>) -> Option<Live> { None }
