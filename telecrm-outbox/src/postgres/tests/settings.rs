//! Settings of the server and of the database.

use super::*;

impl Postgres {
    /// Another connection, after a default of the database was changed.
    async fn with_default(&self, setting: &str, value: &str) -> Self {
        let sql = format!(
            "DO $$ BEGIN
                 EXECUTE format('ALTER DATABASE %I SET {setting} = %L', current_database(), '{value}');
             END $$"
        );
        self.store.execute(&sql).await;
        Self::open(&self.url).await
    }
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_and_stronger_settings_stay() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    enqueue(&*postgres.store, "b", false).await;
    for (default, expected) in [("off", "on"), ("local", "local"), ("on", "on")] {
        let other = postgres.with_default("synchronous_commit", default).await;
        let client = application(&other, "READ COMMITTED").await;
        let setting = async || -> String {
            client.query_one("SHOW synchronous_commit", &[]).await.unwrap().get(0)
        };
        assert_eq!(setting().await, default);
        for sql in [
            format!("SELECT telecrm.enqueue('{ENTERPRISE}', 'a', '{{}}')"),
            format!("SELECT * FROM telecrm.claim('{ENTERPRISE}', 40000)"),
            "UPDATE telecrm.entries SET reason = NULL".to_owned(),
        ] {
            client.batch_execute(&sql).await.unwrap();
            assert_eq!(setting().await, expected, "{default}: {sql}");
            client.batch_execute("ROLLBACK; BEGIN").await.unwrap();
        }
    }
}

#[tokio::test]
async fn delivery_does_not_depend_on_the_isolation_of_the_database() {
    let Some(url) = url() else { return };
    for isolation in ["repeatable read", "serializable"] {
        let postgres = Postgres::new(&url).await;
        let strict = postgres.with_default("default_transaction_isolation", isolation).await;
        let store = &*strict.store;
        for key in 0..16 {
            enqueue(store, &format!("{}", key % 4), false).await;
        }
        let mut workers = vec![Arc::clone(&strict.store)];
        for _ in 0..3 {
            workers.push(Postgres::open(&strict.url).await.store);
        }
        // Workers at the same time: a strict isolation would fail one of two that run together.
        for _ in 0..4 {
            let rounds = workers.iter().map(|worker| async move {
                while let Some(claim) = claim(&**worker).await {
                    assert!(conformance::settle(&**worker, &claim, Outcome::Queued).await);
                }
            });
            futures_util::future::join_all(rounds).await;
        }
        assert_eq!(store.stats().await.unwrap().accepted, 16, "{isolation}");
    }
}
