//! TLS: the server is the `PgBouncer` of `tests/postgres.sh`, whose certificate is for `localhost`.

use super::*;
use crate::error::Error;

async fn connected(authority: &str, query: &str) -> Result<(), Error> {
    let url = format!("postgres://postgres@{authority}/postgres?{query}");
    PostgresStore::connect(&url, true).await.map(drop)
}

#[tokio::test]
async fn verify_full_accepts_the_authority_of_sslrootcert_and_no_other() {
    let Some(localhost) = variable("TELECRM_TEST_TLS") else { return };
    let Some(ca) = variable("TELECRM_TEST_CA") else { return };
    connected(&localhost, &format!("sslmode=verify-full&sslrootcert={ca}")).await.unwrap();
    for query in
        ["sslmode=verify-full", "sslmode=require", "sslmode=verify-full&sslrootcert=system"]
    {
        let error = connected(&localhost, query).await.unwrap_err();
        assert!(matches!(error, Error::TlsHandshake { .. }), "{query}: {error:?}");
        assert!(error.to_string().contains("sslrootcert"), "{error}");
    }
}

#[tokio::test]
async fn verify_full_compares_the_host_and_verify_ca_does_not() {
    let Some(address) = variable("TELECRM_TEST_PGBOUNCER") else { return };
    let Some(ca) = variable("TELECRM_TEST_CA") else { return };
    let error = connected(&address, &format!("sslmode=verify-full&sslrootcert={ca}")).await;
    assert!(matches!(error, Err(Error::TlsHandshake { .. })), "{error:?}");
    connected(&address, &format!("sslmode=verify-ca&sslrootcert={ca}")).await.unwrap();
}

#[tokio::test]
async fn require_refuses_a_server_without_tls() {
    let Some(url) = url() else { return };
    let error =
        PostgresStore::connect(&format!("{url}?sslmode=require"), true).await.err().unwrap();
    assert!(matches!(error, Error::TlsHandshake { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_of_the_url_that_cannot_be_used_is_an_error_with_its_parameter() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing.pem");
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for file in [&missing, &empty] {
        let query = format!("sslmode=verify-full&sslrootcert={}", file.display());
        let error = connected("localhost:1", &query).await.unwrap_err();
        assert!(
            matches!(&error, Error::UrlParameter { name } if name == "sslrootcert"),
            "{error:?}"
        );
    }
}
