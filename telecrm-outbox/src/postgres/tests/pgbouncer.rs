//! The store's suite through `PgBouncer` in transaction mode, without prepared statements.

use super::*;

impl Postgres {
    /// A new database, through `PgBouncer`.
    async fn pooled(url: &str, bouncer: &str) -> Self {
        let Self { url, .. } = Self::new(url).await;
        let (_, name) = url.rsplit_once('/').unwrap();
        Self::open(&format!("postgres://postgres@{bouncer}/{name}?sslmode=disable")).await
    }
}

macro_rules! conforms {
    ($($subject:ident::$check:ident,)*) => {
        $(
            #[tokio::test]
            async fn $check() {
                let Some(url) = url() else { return };
                let Some(bouncer) = variable("TELECRM_TEST_PGBOUNCER") else { return };
                conformance::$subject::$check(&Postgres::pooled(&url, &bouncer).await).await;
            }
        )*
    };
}
conformance::for_each_check!(conforms);
