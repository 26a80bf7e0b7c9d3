//! Connections: calls that wait for each other, and servers that do not respond.

use std::sync::atomic::AtomicBool;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::*;
use crate::error::Error;

/// More calls than a pool has connections.
const CALLS: usize = 12;

#[tokio::test]
async fn an_open_transaction_that_holds_a_lead_delays_no_other_lead() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let delivery = store.for_delivery();
    let application = application(&postgres, "READ COMMITTED").await;
    let sql = format!("SELECT telecrm.enqueue('{ENTERPRISE}', 'a', '{{}}')");
    application.batch_execute(&sql).await.unwrap();
    let blocked: Vec<_> = (0..CALLS)
        .map(|number| tokio::spawn(store.enqueue(lead("a", number, false), EnqueueOptions::new())))
        .collect();
    // They began: some wait in the server.
    let waits = "SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let observer = postgres.store.client().await;
    while observer.query(waits, &[]).await.unwrap().is_empty() {}
    for key in ["b", "c"] {
        let id = enqueue(&**store, key, false).await;
        let next = claim(&delivery).await.unwrap();
        assert_eq!(next.key.id, id);
        assert!(conformance::settle(&delivery, &next, Outcome::Queued).await);
    }
    assert!(blocked.iter().all(|call| !call.is_finished()));
    application.batch_execute("COMMIT").await.unwrap();
    for call in blocked {
        call.await.unwrap().unwrap();
    }
    assert_eq!(store.stats().await.unwrap().queued, CALLS as u64 + 1);
}

#[tokio::test]
async fn delivery_has_its_own_connections() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let pid = "SELECT pg_backend_pid()";
    let of_application: i32 = postgres.store.row(pid, &[]).await.unwrap().get(0);
    let of_delivery: i32 = postgres.store.for_delivery().row(pid, &[]).await.unwrap().get(0);
    assert_ne!(of_application, of_delivery);
    let again: i32 = postgres.store.row(pid, &[]).await.unwrap().get(0);
    assert_eq!(of_application, again, "a connection is used again");
}

/// Forwards to a server until it is silent: then it accepts everything, and forwards nothing.
struct Proxy {
    address: String,
    is_silent: Arc<AtomicBool>,
}

impl Proxy {
    async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let is_silent = Arc::new(AtomicBool::new(false));
        let silent = Arc::clone(&is_silent);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                for (mut from, mut to) in [(from_client, to_server), (from_server, to_client)] {
                    let silent = Arc::clone(&silent);
                    tokio::spawn(async move {
                        let mut buffer = vec![0; 1 << 16];
                        while let Ok(length @ 1..) = from.read(&mut buffer).await {
                            let forwards = !silent.load(Ordering::SeqCst);
                            if forwards && to.write_all(&buffer[..length]).await.is_err() {
                                break;
                            }
                        }
                    });
                }
            }
        });
        Self { address, is_silent }
    }

    fn set_silent(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_half_open_connection_is_an_error_within_30_seconds_and_the_next_call_connects() {
    let Some(url) = url() else { return };
    let Postgres { url, .. } = Postgres::new(&url).await;
    let server = url.split(['@', '/']).nth(3).unwrap();
    let proxy = Proxy::start(server.to_owned()).await;
    let store = Postgres::open(&url.replace(server, &proxy.address)).await.store;
    enqueue(&*store, "a", false).await;

    proxy.set_silent(true);
    // Nothing comes from a socket: the clock advances to the next time limit.
    tokio::time::pause();
    let start = Instant::now();
    let error = store.enqueue(lead("b", 1, false), EnqueueOptions::new()).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionLost) && error.is_ambiguous(), "{error:?}");
    assert!(start.elapsed() <= Duration::from_secs(30), "{:?}", start.elapsed());
    // No connection is left: this call connects.
    let start = Instant::now();
    let error = store.enqueue(lead("b", 2, false), EnqueueOptions::new()).await.unwrap_err();
    assert!(matches!(error, Error::NotConnected) && !error.is_ambiguous(), "{error:?}");
    assert!(start.elapsed() <= Duration::from_secs(30), "{:?}", start.elapsed());

    tokio::time::resume();
    proxy.set_silent(false);
    enqueue(&*store, "b", false).await;
    assert_eq!(store.stats().await.unwrap().queued, 2);
}

#[tokio::test]
async fn a_lead_that_an_application_holds_for_too_long_is_an_error_and_is_not_stored() {
    use crate::postgres::pool::Limits;

    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let limits = Limits { lock: Duration::ZERO, ..Limits::default() };
    let store = PostgresStore::connect_within(&postgres.url, true, limits).await.unwrap();
    let application = application(&postgres, "READ COMMITTED").await;
    let sql = format!("SELECT telecrm.enqueue('{ENTERPRISE}', 'a', '{{}}')");
    application.batch_execute(&sql).await.unwrap();
    let error =
        store.clone().enqueue(lead("a", 1, false), EnqueueOptions::new()).await.unwrap_err();
    assert!(matches!(error, Error::Locked) && !error.is_ambiguous(), "{error:?}");
    application.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(store.stats().await.unwrap().queued, 0);
}
