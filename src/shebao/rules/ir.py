"""LLVM IR as text: a small builder, and the calendar and searches that compiled rules call."""

from __future__ import annotations


class Builder:
    """One LLVM function under construction.  Locals live in allocas, which LLVM turns into registers."""

    def __init__(self) -> None:
        self.count = 0
        self.head: list[str] = []  # allocas and what is loaded once
        self.lines: list[str] = []
        self.cold: list[str] = []  # blocks that are hardly ever entered
        self.declared: list[str] = []
        self._colds: dict[tuple[str, str, str], str] = {}

    def op(self, text: str) -> str:
        """Emits an instruction; returns the name of its result."""
        self.count += 1
        self.lines.append(f"%t{self.count} = {text}")
        return f"%t{self.count}"

    def do(self, text: str) -> None:
        self.lines.append(text)

    def once(self, text: str) -> str:
        """An instruction at the entry of the function."""
        self.count += 1
        self.head.append(f"%t{self.count} = {text}")
        return f"%t{self.count}"

    def new(self) -> str:
        self.count += 1
        return f"L{self.count}"

    def label(self, name: str) -> None:
        self.lines.append(f"{name}:")

    def jump(self, name: str) -> None:
        self.lines.append(f"br label %{name}")

    def branch(self, condition: str, yes: str, no: str) -> None:
        self.lines.append(f"br i1 {condition}, label %{yes}, label %{no}")

    def slot(self, kind: str = "i64") -> str:
        self.count += 1
        self.head.append(f"%s{self.count} = alloca {kind}")
        return f"%s{self.count}"

    def store(self, value: str, slot: str, kind: str = "i64") -> None:
        self.lines.append(f"store {kind} {value}, ptr {slot}")

    def load(self, slot: str, kind: str = "i64") -> str:
        return self.op(f"load {kind}, ptr {slot}")

    def at(self, array: str, index: str, kind: str = "i64") -> str:
        """The address of an element."""
        return self.op(f"getelementptr inbounds {kind}, ptr {array}, i64 {index}")

    def rare(self, condition: str, target: str) -> None:
        """Jumps to a label when a condition holds that hardly ever does."""
        ok = self.new()
        self.lines.append(f"br i1 {condition}, label %{target}, label %{ok}, !prof !0")
        self.label(ok)

    def refuse(self, condition: str, status: str, slot: str, end: str) -> None:
        """When the condition holds: the status goes into the slot and control to `end`."""
        block = self._colds.get((status, slot, end))
        if block is None or status.startswith("%"):
            block = self.new()
            self._colds[status, slot, end] = block
            self.cold += [f"{block}:", f"store i64 {status}, ptr {slot}", f"br label %{end}"]
        self.rare(condition, block)

    def text(self, signature: str) -> str:
        """The definition of the function, behind the declarations of what it calls."""
        body = [*self.head, "br label %begin", "begin:", *self.lines, "ret void", *self.cold]
        return "\n".join([*self.declared, f"define void {signature} #1 {{", "entry:", *body, "}"])


# The civil calendar from day numbers, and back: eras of 400 years from 1 March of year 0.  All values are positive for
# the years 1850 to 2249, so division truncates as it should.
RUNTIME = """
declare {i64, i1} @llvm.sadd.with.overflow.i64(i64, i64)
declare {i64, i1} @llvm.ssub.with.overflow.i64(i64, i64)
declare {i64, i1} @llvm.smul.with.overflow.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.ctpop.i64(i64)

define internal i64 @rt.month_day(i64 %day) #0 {
  ; year * 512 + month * 32 + day of the month
  %z = add i64 %day, 719468
  %era = udiv i64 %z, 146097
  %e = mul i64 %era, 146097
  %doe = sub i64 %z, %e
  %a1 = udiv i64 %doe, 1460
  %a2 = udiv i64 %doe, 36524
  %a3 = udiv i64 %doe, 146096
  %b1 = sub i64 %doe, %a1
  %b2 = add i64 %b1, %a2
  %b3 = sub i64 %b2, %a3
  %yoe = udiv i64 %b3, 365
  %c1 = mul i64 %yoe, 365
  %c2 = udiv i64 %yoe, 4
  %c3 = udiv i64 %yoe, 100
  %c4 = add i64 %c1, %c2
  %c5 = sub i64 %c4, %c3
  %doy = sub i64 %doe, %c5
  %m5 = mul i64 %doy, 5
  %m6 = add i64 %m5, 2
  %mp = udiv i64 %m6, 153
  %d1 = mul i64 %mp, 153
  %d2 = add i64 %d1, 2
  %d3 = udiv i64 %d2, 5
  %d4 = sub i64 %doy, %d3
  %dom = add i64 %d4, 1
  %late = icmp ult i64 %mp, 10
  %mx = add i64 %mp, 3
  %my = sub i64 %mp, 9
  %month = select i1 %late, i64 %mx, i64 %my
  %y1 = mul i64 %era, 400
  %y2 = add i64 %y1, %yoe
  %y3 = add i64 %y2, 1
  %year = select i1 %late, i64 %y2, i64 %y3
  %p1 = shl i64 %year, 9
  %p2 = shl i64 %month, 5
  %p3 = or i64 %p1, %p2
  %p4 = or i64 %p3, %dom
  ret i64 %p4
}

define internal i64 @rt.year_of(i64 %day) #0 {
  %p = call i64 @rt.month_day(i64 %day)
  %y = lshr i64 %p, 9
  ret i64 %y
}

define internal i64 @rt.month_of(i64 %day) #0 {
  %p = call i64 @rt.month_day(i64 %day)
  %q = lshr i64 %p, 5
  %m = and i64 %q, 15
  ret i64 %m
}

define internal i64 @rt.day_of_month(i64 %day) #0 {
  %p = call i64 @rt.month_day(i64 %day)
  %d = and i64 %p, 31
  ret i64 %d
}

define internal i64 @rt.month_index(i64 %day) #0 {
  %p = call i64 @rt.month_day(i64 %day)
  %y = lshr i64 %p, 9
  %q = lshr i64 %p, 5
  %m = and i64 %q, 15
  %y12 = mul i64 %y, 12
  %i = add i64 %y12, %m
  %r = sub i64 %i, 1
  ret i64 %r
}

define internal i64 @rt.first(i64 %index) #0 {
  ; the first day of a month, by its index
  %y0 = udiv i64 %index, 12
  %m12 = mul i64 %y0, 12
  %m0 = sub i64 %index, %m12
  %early = icmp ult i64 %m0, 2
  %ym = sub i64 %y0, 1
  %y = select i1 %early, i64 %ym, i64 %y0
  %ma = add i64 %m0, 10
  %mb = sub i64 %m0, 2
  %mp = select i1 %early, i64 %ma, i64 %mb
  %d1 = mul i64 %mp, 153
  %d2 = add i64 %d1, 2
  %doy = udiv i64 %d2, 5
  %era = udiv i64 %y, 400
  %e4 = mul i64 %era, 400
  %yoe = sub i64 %y, %e4
  %c1 = mul i64 %yoe, 365
  %c2 = udiv i64 %yoe, 4
  %c3 = udiv i64 %yoe, 100
  %c4 = add i64 %c1, %c2
  %c5 = sub i64 %c4, %c3
  %doe = add i64 %c5, %doy
  %e1 = mul i64 %era, 146097
  %e2 = add i64 %e1, %doe
  %r = sub i64 %e2, 719468
  ret i64 %r
}

define internal i64 @rt.make_index(i64 %index, i64 %dom) #0 {
  ; the day of the month, or the month's last
  %next = add i64 %index, 1
  %a = call i64 @rt.first(i64 %index)
  %b = call i64 @rt.first(i64 %next)
  %last = sub i64 %b, 1
  %d0 = sub i64 %dom, 1
  %d = add i64 %a, %d0
  %r = call i64 @llvm.smin.i64(i64 %d, i64 %last)
  ret i64 %r
}

define internal i64 @rt.months_between(i64 %from, i64 %to) #0 {
  %back = icmp slt i64 %to, %from
  %a = call i64 @llvm.smin.i64(i64 %from, i64 %to)
  %b = call i64 @llvm.smax.i64(i64 %from, i64 %to)
  %ia = call i64 @rt.month_index(i64 %a)
  %ib = call i64 @rt.month_index(i64 %b)
  %da = call i64 @rt.day_of_month(i64 %a)
  %db = call i64 @rt.day_of_month(i64 %b)
  %n = sub i64 %ib, %ia
  %next = add i64 %b, 1
  %in = call i64 @rt.month_index(i64 %next)
  %short = icmp slt i64 %db, %da
  %inside = icmp eq i64 %in, %ib
  %less = and i1 %short, %inside
  %one = zext i1 %less to i64
  %months = sub i64 %n, %one
  %minus = sub i64 0, %months
  %r = select i1 %back, i64 %minus, i64 %months
  ret i64 %r
}

define internal i64 @rt.search(ptr %starts, i64 %n, i64 %x) #2 {
  ; the last index whose start is <= x; index 0 holds from the beginning of time
entry:
  br label %head
head:
  %lo = phi i64 [0, %entry], [%lo2, %body]
  %hi = phi i64 [%n, %entry], [%hi2, %body]
  %gap = sub i64 %hi, %lo
  %more = icmp sgt i64 %gap, 1
  br i1 %more, label %body, label %done
body:
  %half = lshr i64 %gap, 1
  %mid = add i64 %lo, %half
  %p = getelementptr inbounds i64, ptr %starts, i64 %mid
  %s = load i64, ptr %p
  %right = icmp sle i64 %s, %x
  %lo2 = select i1 %right, i64 %mid, i64 %lo
  %hi2 = select i1 %right, i64 %hi, i64 %mid
  br label %head
done:
  ret i64 %lo
}

attributes #0 = { noinline nounwind willreturn memory(none) }
attributes #1 = { nounwind }
attributes #2 = { noinline nounwind willreturn memory(argmem: read) }
!0 = !{!"branch_weights", i32 1, i32 1000000}
"""
