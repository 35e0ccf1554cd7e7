//! Where the Docker Engine of this machine is: `DOCKER_HOST`, else the sockets where engines usually listen.

use std::path::{Path, PathBuf};

use stack::clients::TlsFiles;
use stack::clients::logs::docker::{Docker, DockerAddress, DockerError, read_pem};
use stack::config::Environment;
use telemetry::parse::endpoint::mask_url;

/// The engine that was named, or the first that is there. Errors say what was tried.
pub fn find_engine(env: &Environment) -> Result<Docker, DockerError> {
    let (address, tls) = match env.get("DOCKER_HOST") {
        Some(host) => parse_docker_host(host, env)?,
        None => (find_usual_socket(env), TlsFiles::default()),
    };
    Docker::new(address, &tls)
}

/// `unix:///run/docker.sock`, `tcp://host:2375`; with `DOCKER_TLS_VERIFY` or `DOCKER_CERT_PATH` the latter speaks TLS.
fn parse_docker_host(host: &str, env: &Environment) -> Result<(DockerAddress, TlsFiles), DockerError> {
    if let Some(path) = host.strip_prefix("unix://") {
        return Ok((DockerAddress::Socket(PathBuf::from(path)), TlsFiles::default()));
    }
    let plain = host.strip_prefix("http://").map(|rest| ("http", rest));
    let secure = host.strip_prefix("https://").map(|rest| ("https", rest));
    let folder = env.get("DOCKER_CERT_PATH").map(PathBuf::from);
    let verify = env.get("DOCKER_TLS_VERIFY").is_some();
    let tcp = host.strip_prefix("tcp://").map(|rest| {
        let scheme = if verify || folder.is_some() { "https" } else { "http" };
        (scheme, rest)
    });
    let Some((scheme, rest)) = tcp.or(plain).or(secure) else {
        return Err(DockerError::Unreachable(format!(
            "DOCKER_HOST={}: only unix:// and tcp:// addresses are supported",
            mask_url(host)
        )));
    };
    let tls = match folder.filter(|_| scheme == "https") {
        Some(folder) => TlsFiles {
            ca: read_pem(&folder.join("ca.pem")),
            cert: read_pem(&folder.join("cert.pem")),
            key: read_pem(&folder.join("key.pem")),
            skip_verify: !verify,
        },
        None => TlsFiles::default(),
    };
    Ok((
        DockerAddress::Tcp(format!("{scheme}://{}", rest.trim_end_matches('/'))),
        tls,
    ))
}

/// The engine's own socket, that of a rootless one, Docker Desktop's, Podman's.
fn find_usual_socket(env: &Environment) -> DockerAddress {
    let mut candidates = vec![PathBuf::from("/var/run/docker.sock")];
    if let Some(runtime) = env.get("XDG_RUNTIME_DIR").map(Path::new) {
        candidates.push(runtime.join("docker.sock"));
        candidates.push(runtime.join("podman/podman.sock"));
    }
    if let Some(home) = env.get("HOME").map(Path::new) {
        candidates.push(home.join(".docker/run/docker.sock"));
        candidates.push(home.join(".docker/desktop/docker.sock"));
        candidates.push(home.join(".colima/default/docker.sock"));
    }
    let found = candidates.iter().position(|path| path.exists()).unwrap_or(0);
    DockerAddress::Socket(candidates.swap_remove(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: &str, more: &[(&str, &str)]) -> Result<String, String> {
        let env: Environment = more.iter().copied().chain([("DOCKER_HOST", host)]).collect();
        parse_docker_host(host, &env)
            .map(|(address, _)| address.to_string())
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn an_engine_is_where_docker_host_says() {
        assert_eq!(address("unix:///tmp/d.sock", &[]), Ok("unix:///tmp/d.sock".into()));
        assert_eq!(address("tcp://h:2375", &[]), Ok("http://h:2375".into()));
        assert_eq!(
            address("tcp://h:2376/", &[("DOCKER_TLS_VERIFY", "1")]),
            Ok("https://h:2376".into())
        );
        let refused = address("ssh://me@h", &[]).expect_err("ssh");
        assert!(refused.contains("unix:// and tcp://"), "{refused}");
        assert_eq!(
            address("tcp://u:hunter2@h:2375", &[]),
            Ok("http://redacted@h:2375".into())
        );
        let refused = address("ssh://u:hunter2@h", &[]).expect_err("ssh");
        assert!(refused.contains("ssh://redacted@h"), "{refused}");
    }
}
