/* cpu.h: functions that are compiled twice, for any x86-64 processor and for one with AVX2 and BMI2
 * (x86-64-v3: 2013 and later); which of the two is called is settled as the program is loaded. What
 * they compute is the same to the bit: no floating-point operation is contracted. */
#pragma once

#if defined __x86_64__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define COMPILED_TWICE __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define COMPILED_TWICE
#endif
