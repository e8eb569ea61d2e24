# The front door: thin. All real work is CMake's; presets are in CMakePresets.json.
.PHONY: help demo test install reliability strict bench clean
help:
	@echo 'make demo         install what is missing, build, run on test_data/, print the tables'
	@echo 'make test         install what is missing, build, run every test and check'
	@echo 'make install      build and install (PREFIX=/usr/local, DESTDIR)'
	@echo 'make reliability  the long kill, fault and fuzz tests; prints promises with counts'
	@echo 'make strict       the AWS parts against servers of other makers (docs/aws_tests.md)'
	@echo 'make bench        measure speed against netCDF-C and DuckDB'
	@echo 'make clean        remove build/'

demo test reliability strict:
	@tools/$@.sh

bench:
	@tools/setup.sh bench
	@tools/build.sh release -DBUILD_TESTING=ON -DWEIR_BENCH=ON
	@bench/run.sh

install:
	@tools/build.sh
	@cmake --install build/release --prefix $(or $(PREFIX),/usr/local)

clean:
	rm -rf build
