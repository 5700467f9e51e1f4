package media

import (
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// readDatagrams reads until the socket is closed. A reader of net asks the kernel
// twice for each packet: once for the packet, once to hear that there is no other
// before it parks. recvmmsg tells both in one call: fewer packets than asked for means
// that the queue was empty, and what comes later wakes us (edge-triggered epoll).
// That is a tenth of the CPU time of a call.
func readDatagrams(c *net.UDPConn, most int, closing *atomic.Bool, clock func() time.Duration,
	take func(b []byte, from netip.AddrPort, now time.Duration),
) {
	raw, err := c.SyscallConn()
	if err != nil {
		return // only of a closed socket
	}
	b := newBatch(most)
	_ = raw.Read(func(fd uintptr) bool { // ends with the socket
		for {
			n, errno := b.read(fd)
			if errno == syscall.EAGAIN {
				return false
			}
			if closing.Load() {
				return true
			}
			if errno != 0 { // an ICMP error of an earlier packet, or a signal
				continue
			}
			now := clock()
			for i := range n {
				take(b.data[i][:b.message[i].size], b.from(i), now)
			}
			if n < len(b.message) {
				return false
			}
		}
	})
}

// batch is what one recvmmsg fills.
type batch struct {
	message []mmsghdr
	iov     []unix.Iovec
	name    []unix.RawSockaddrInet6 // has room for both families
	data    [][readSize]byte
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	header unix.Msghdr
	size   uint32
	_      [unsafe.Sizeof(uintptr(0)) - 4]byte
}

func newBatch(most int) *batch {
	b := &batch{
		message: make([]mmsghdr, most),
		iov:     make([]unix.Iovec, most),
		name:    make([]unix.RawSockaddrInet6, most),
		data:    make([][readSize]byte, most),
	}
	for i := range b.message {
		b.iov[i].Base = &b.data[i][0]
		b.iov[i].SetLen(readSize)
		h := &b.message[i].header
		h.Iov = &b.iov[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&b.name[i]))
	}
	return b
}

// read takes what is there and never waits; so it need not tell the scheduler.
func (b *batch) read(fd uintptr) (n int, errno syscall.Errno) {
	for i := range b.message {
		b.message[i].header.Namelen = unix.SizeofSockaddrInet6
	}
	r, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&b.message[0])),
		uintptr(len(b.message)), unix.MSG_DONTWAIT, 0, 0)
	return int(r), errno
}

// from is the sender of a message.
func (b *batch) from(i int) netip.AddrPort {
	name := &b.name[i]
	if name.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(name))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), swap(v4.Port))
	}
	return netip.AddrPortFrom(netip.AddrFrom16(name.Addr).Unmap(), swap(name.Port))
}

// swap reads a port, which is in network order.
func swap(port uint16) uint16 {
	b := (*[2]byte)(unsafe.Pointer(&port))
	return uint16(b[0])<<8 | uint16(b[1])
}
