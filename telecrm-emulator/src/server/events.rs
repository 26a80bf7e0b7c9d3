//! `GET /emulator/events`: server-sent events that notify the page of changes.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use tokio::time;

use crate::engine::Engine;

/// Minimum time between two events. Under load, one event represents many changes.
const PAUSE: Duration = Duration::from_millis(150);
/// Time after which the page reconnects.
const RETRY: Duration = Duration::from_secs(1);
/// Time without a change after which a comment keeps the connection alive.
const QUIET: Duration = Duration::from_secs(15);

/// Streams `change` events with the number of changes.
///
/// The first event is sent immediately, and further events after changes.
pub(super) async fn stream(State(engine): State<Arc<Engine>>) -> impl IntoResponse {
    let mut changes = engine.changes();
    changes.mark_changed();
    let events = stream::unfold((changes, Duration::ZERO), |(mut changes, pause)| async move {
        time::sleep(pause).await;
        // The server stopped if this fails.
        changes.changed().await.ok()?;
        let count = changes.borrow_and_update().to_string();
        let event = Event::default().retry(RETRY).event("change").data(count);
        Some((Ok::<_, Infallible>(event), (changes, PAUSE)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(QUIET))
}
