//! Capture of spans, events and log lines.

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit as FieldVisitor};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Text of all spans, events and log lines, of every level and every crate.
#[derive(Clone, Default)]
pub(crate) struct Everything {
    text: Arc<Mutex<String>>,
    spans: Arc<AtomicU64>,
}

impl Everything {
    /// Returns the captured text, one line for each entry.
    pub(crate) fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    pub(crate) fn push(&self, line: &str) {
        let mut text = self.text.lock().unwrap();
        text.push_str(line);
        text.push('\n');
    }

    pub(crate) fn push_error(&self, error: &dyn std::error::Error) {
        self.push(&format!("{error} {error:?} {error:#?}"));
        if let Some(cause) = error.source() {
            self.push_error(cause);
        }
    }

    fn of(&self, name: &str, write: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(name.to_owned());
        write(&mut fields);
        self.push(&fields.0);
    }
}

struct Fields(String);

impl FieldVisitor for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.of(span.metadata().name(), |fields| span.record(fields));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.of("record", |fields| values.record(fields));
    }

    fn event(&self, event: &Event<'_>) {
        let name = format!("{} {}", event.metadata().level(), event.metadata().target());
        self.of(&name, |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.push(&format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}
