package pgserver

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// cluster is what we must know to reach the server; kept beside the data.
type cluster struct {
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// maxSocketDir leaves room for the socket's name in sun_path (108 bytes, unix(7)).
const maxSocketDir = 80

// url is the address of a database: by the socket in the data folder, which costs
// less than TCP, unless its path is too long for one.
func (s *Server) url(database string) string {
	dir := s.socketDir()
	if dir == "" {
		return s.tcpURL(database)
	}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(s.cluster.User, s.cluster.Password), Path: "/" + database}
	// A plus is no space to the driver, as it is none to libpq.
	host := strings.ReplaceAll(url.QueryEscape(dir), "+", "%20")
	u.RawQuery = fmt.Sprintf("host=%s&port=%d&sslmode=disable", host, s.cluster.Port)
	return u.String()
}

func (s *Server) tcpURL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(s.cluster.User, s.cluster.Password), Path: "/" + database,
		Host: fmt.Sprintf("127.0.0.1:%d", s.cluster.Port), RawQuery: "sslmode=disable",
	}
	return u.String()
}

// socketDir is the data folder, which PostgreSQL can write to and nobody else can
// enter; "" where there are no such sockets.
func (s *Server) socketDir() string {
	if runtime.GOOS == "windows" || len(s.data()) > maxSocketDir {
		return ""
	}
	return s.data()
}

func (s *Server) clusterFile() string { return filepath.Join(s.cfg.Dir, "cluster.json") }

// openCluster reads how to reach the cluster, or makes one.
func openCluster(ctx context.Context, s *Server, fresh bool) (cluster, error) {
	if fresh {
		return s.initialise(ctx)
	}
	var c cluster
	b, err := os.ReadFile(s.clusterFile())
	if err != nil {
		return c, fmt.Errorf("the private PostgreSQL in %s has lost the file that says how to reach it: %w", s.cfg.Dir, err)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("read %s: %w", s.clusterFile(), err)
	}
	if _, port, alive := s.running(); alive {
		c.Port = port
		return c, nil
	}
	err = s.movePort(&c)
	return c, err
}

// movePort chooses another port when somebody else has taken ours meanwhile.
func (s *Server) movePort(c *cluster) error {
	if portFree(c.Port) {
		return nil
	}
	port, err := freePort()
	if err != nil {
		return fmt.Errorf("find a free port for the private PostgreSQL: %w", err)
	}
	s.cfg.Log.Info("the private PostgreSQL moves to another port", "from", c.Port, "to", port)
	c.Port = port
	return s.write(*c)
}

func (s *Server) write(c cluster) error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	tmp := s.clusterFile() + ".new"
	if err := os.WriteFile(tmp, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("note how to reach the private PostgreSQL: %w", err)
	}
	return os.Rename(tmp, s.clusterFile())
}

// initialise makes the cluster under another name first, so that a death in the
// middle never leaves half a cluster behind under the real one.
func (s *Server) initialise(ctx context.Context) (cluster, error) {
	c := cluster{User: "callcard", Password: rand.Text()}
	if err := os.MkdirAll(s.cfg.Dir, 0o755); err != nil {
		return c, fmt.Errorf("make the folder of the private PostgreSQL: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return c, fmt.Errorf("find a free port for the private PostgreSQL: %w", err)
	}
	c.Port = port
	unfinished, err := os.MkdirTemp(s.cfg.Dir, "data.new-")
	if err != nil {
		return c, fmt.Errorf("make the folder of the private PostgreSQL: %w", err)
	}
	defer os.RemoveAll(unfinished) // ours, and unfinished, unless renamed below
	secret := filepath.Join(unfinished, "password")
	data := filepath.Join(unfinished, "data")
	if err := os.WriteFile(secret, []byte(c.Password+"\n"), 0o600); err != nil {
		return c, fmt.Errorf("prepare the private PostgreSQL: %w", err)
	}
	if err := s.own(unfinished, secret); err != nil {
		return c, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "-D", data, "-U", c.User, "--pwfile="+secret,
		"--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")
	if err := s.drop(cmd); err != nil {
		return c, err
	}
	cmd.Dir = "/" // the server finds its data by an absolute path; our folder may be closed to its user
	if out, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil { // it was killed because we were interrupted
			return c, fmt.Errorf("make the private PostgreSQL: %w", ctx.Err())
		}
		return c, fmt.Errorf("make the private PostgreSQL: %w: %s", err, lastLine(out))
	}
	if err := s.write(c); err != nil {
		return c, err
	}
	if err := os.Remove(s.data()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return c, fmt.Errorf("put the private PostgreSQL in place: %w", err)
	}
	if err := os.Rename(data, s.data()); err != nil {
		return c, fmt.Errorf("put the private PostgreSQL in place: %w", err)
	}
	return c, nil
}
